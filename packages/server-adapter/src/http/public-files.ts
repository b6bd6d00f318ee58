// The built widget and inbox as files on disk.

import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

/** Plain names only: nothing that could climb out of the folder, no dot files. */
const SAFE_PATH = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*$/

export interface PublicFile {
  readonly body: Uint8Array<ArrayBuffer>
  readonly type: string
}

export interface PublicFiles {
  /** The file, or undefined where there is none. */
  read(path: string): Promise<PublicFile | undefined>
}

export function createPublicFiles(folder: string): PublicFiles {
  return {
    read: async (path) => {
      if (!SAFE_PATH.test(path)) return undefined
      try {
        return {
          body: new Uint8Array(await readFile(join(folder, path))),
          type: TYPES[extname(path)] ?? 'application/octet-stream',
        }
      } catch (error) {
        if (isAbsent(error)) return undefined
        throw error
      }
    },
  }
}

const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'EISDIR'])

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && ABSENT.has(error.code)

/** What a checkout that was not built answers, in words for whoever sees it. */
export const notBuilt = (what: string): Response =>
  new Response(`The ${what} is not built. Run "npm run build", then start again.\n`, {
    status: 503,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
  })
