// Everything about files that a plain conversation does without: pictures, tiles, progress, what is about to be sent, and
// what may not be. A chunk of its own.

export { choose } from './choose.ts'
export { File } from './file.tsx'
export { Tray } from './tray.tsx'
