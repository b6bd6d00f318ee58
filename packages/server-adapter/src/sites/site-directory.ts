// The sites as the gateway asks for them on every handshake: from memory, read again after a second, so that
// `pendopo site add` takes effect in a running server and a flood of handshakes does not become a flood of queries.

import type { DirectoryStore, Site } from '../store/store.ts'

/** A site just added is there when the person who added it has switched windows. */
const FRESH_MS = 1_000

export interface SiteDirectory {
  find(id: string): Promise<Site | undefined>
  /** Whether some site lists exactly this origin. */
  lists(origin: string): Promise<boolean>
  all(workspace: string): Promise<readonly Site[]>
}

export function createSiteDirectory(directory: Pick<DirectoryStore, 'sites'>, now: () => number): SiteDirectory {
  let loading: Promise<readonly Site[]> | undefined
  let loadedAt = Number.NEGATIVE_INFINITY

  function sites(): Promise<readonly Site[]> {
    if (loading !== undefined && now() - loadedAt < FRESH_MS) return loading
    loadedAt = now()
    const attempt = directory.sites()
    loading = attempt
    // A failure is not kept: the next one asks again.
    attempt.catch(() => {
      if (loading === attempt) loading = undefined
    })
    return attempt
  }

  return {
    find: async (id) => (await sites()).find((site) => site.id === id),
    lists: async (origin) => (await sites()).some((site) => site.origins.includes(origin)),
    all: async (workspace) => (await sites()).filter((site) => site.workspace === workspace),
  }
}
