// For a server of one's own: where the inbox is on disk.

import { join } from 'node:path'

/** The folder with `index.html` and `assets/`, as an absolute path: to be served as `{mount}/inbox/` of the server's own origin. */
export const folder: string = join(import.meta.dirname, 'files')
