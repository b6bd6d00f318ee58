// Files in a folder of this machine, in sub-folders by the first two digits of their id. What comes is written under
// another name, brought to the disk, then renamed: under its own name a file is whole, whenever the power fails.

import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FileStorage } from './file-storage.ts'

const HALF = '.part'

export function createLocalStorage(folder: string): FileStorage {
  const pathOf = (id: string): string => {
    if (!/^[0-9a-f]{32}$/.test(id)) throw new TypeError(`unable to find the file ${JSON.stringify(id)}; that is no id`)
    return join(folder, id.slice(0, 2), id)
  }

  return {
    async put(id, source) {
      const path = pathOf(id)
      const half = path + HALF
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      // `wx`: an id is written once.
      const file = await open(half, 'wx', 0o600)
      try {
        for await (const piece of source) await file.appendFile(piece)
        await file.sync()
        await file.close()
        await rename(half, path)
        await syncFolder(dirname(path))
      } catch (error) {
        await file.close()
        await rm(half, { force: true })
        throw error
      }
    },
    async get(id) {
      try {
        const file = await open(pathOf(id), 'r')
        return file.createReadStream()
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
        throw error
      }
    },
    async delete(ids) {
      await Promise.all(ids.flatMap((id) => [rm(pathOf(id), { force: true }), rm(pathOf(id) + HALF, { force: true })]))
    },
  }
}

/** A rename is on the disk once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
