// Watches what devices write down as refused for good. From then on a message has lost its place (OB4): a late copy of
// its request may still be taken by the server, and who wrote it may have crashed before it heard of either.

import type { Environment } from '../environment.ts'

export interface RefusalWatch {
  watch(environment: Environment): Environment
  isRefused(id: string): boolean
}

export function createRefusalWatch(): RefusalWatch {
  const refused = new Set<string>()
  return {
    isRefused: (id) => refused.has(id),
    watch: (environment) => ({
      ...environment,
      async storage(name) {
        const storage = await environment.storage(name)
        return {
          ...storage,
          replace(entries) {
            for (const { command, failure } of entries) if (failure !== undefined) refused.add(command.id)
            return storage.replace(entries)
          },
        }
      },
    }),
  }
}
