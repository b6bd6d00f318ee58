// `window.Pendopo`: one object for all widgets of a page, which carries the methods of the first. Loaders of several
// sites come in any order and may be of different releases, so they share nothing but this object.

import type { PendopoGlobal, PendopoHandle } from '../api.ts'

/** `undefined` where the page has no widget yet, whatever it has queued. */
export function shared(): PendopoGlobal | undefined {
  const present = window.Pendopo
  return Array.isArray(present) ? undefined : present
}

/** Puts a widget on the page's global. */
export function join(site: string, handle: PendopoHandle): void {
  const present = window.Pendopo
  const sites = shared()?.sites ?? {}
  sites[site] = handle
  if (shared()) return
  window.Pendopo = { ...handle, sites, get: (name) => sites[name] }
  // What the page queued before there was anybody to call.
  if (Array.isArray(present)) handle.push(...present)
}

/** Takes it off again; the next widget becomes the first. */
export function leave(site: string, handle: PendopoHandle): void {
  const present = shared()
  // A widget destroyed twice must not take its successor away.
  if (present?.sites[site] !== handle) return
  delete present.sites[site]
  const [next] = Object.values(present.sites)
  if (next) Object.assign(present, next)
  else delete window.Pendopo
}
