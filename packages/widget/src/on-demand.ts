// A part of the widget that is fetched when it is needed: until then nobody pays for it.

import { atom, type ReadableAtom } from 'nanostores'

export interface OnDemand<Module> {
  /** `null` until it is there. */
  readonly $module: ReadableAtom<Module | null>
  /** Resolves with it; where it does not come, the next call tries again. */
  load(): Promise<Module>
}

export function createOnDemand<Module>(fetchModule: () => Promise<Module>): OnDemand<Module> {
  const $module = atom<Module | null>(null)
  return {
    $module,
    async load() {
      const module = $module.get() ?? (await fetchModule())
      $module.set(module)
      return module
    },
  }
}
