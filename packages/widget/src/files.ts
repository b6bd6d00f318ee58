// For a server of one's own: where the loader and the chat are on disk.

import { join } from 'node:path'

/** The folder with `loader.js`, `manifest.json` and `assets/`, as an absolute path. */
export const folder: string = join(import.meta.dirname, 'files')
