// For the screens of a chat with files, in any framework: what may be sent, and how a file is shown before it is there.

export { checkFiles, type CheckedFiles, type FileProblem } from './files/check-files.ts'
export { toFileDrop, type FileDrop } from './files/file-drop.ts'
export { fitPicture, isPicture, type PictureBounds } from './files/fit-picture.ts'
export { formatFileSize } from './files/format-file-size.ts'
