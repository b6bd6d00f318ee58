// What may be sent, before anything is uploaded: what the server would refuse by its name or size is refused here.

import { extensionOf, FILE_LIMITS, FILE_TYPES } from '@pendopo/protocol'

/** What a picture without a name is called: one that was pasted, for example. */
const UNNAMED = 'image'

/** Why a file cannot be sent. `type`: its name ends in none of `FILE_TYPES`. */
export type FileFault = 'type' | 'empty' | 'large'

export type FileProblem =
  | { readonly reason: FileFault; readonly name: string }
  /** More than a message takes. */
  | { readonly reason: 'many'; readonly most: number }

export interface CheckedFiles {
  /** Those that can be sent in one message. */
  readonly files: readonly File[]
  /** Why others were left out: the first of the reasons, `null` where none was. */
  readonly problem: FileProblem | null
}

/** Takes what somebody picked, dropped or pasted. */
export function checkFiles(chosen: readonly File[]): CheckedFiles {
  const faults = chosen.map((file) => ({ file, fault: faultOf(file) }))
  const fitting = faults.flatMap(({ file, fault }) => (fault === null ? [file] : []))
  const most = FILE_LIMITS.filesPerMessage
  for (const { file, fault } of faults)
    if (fault !== null)
      return { files: fitting.slice(0, most), problem: { reason: fault, name: nameOf(file) || file.type } }
  return { files: fitting.slice(0, most), problem: fitting.length > most ? { reason: 'many', most } : null }
}

export function faultOf(file: Blob): FileFault | null {
  if (!Object.hasOwn(FILE_TYPES, extensionOf(nameOf(file)))) return 'type'
  if (file.size === 0) return 'empty'
  return file.size > FILE_LIMITS.fileBytes ? 'large' : null
}

/** The name a file is sent under: where its own has no ending, that of its type is added. */
export function nameOf(file: Blob): string {
  const name = 'name' in file && typeof file.name === 'string' ? file.name : ''
  if (name.includes('.')) return name
  const extension = Object.entries(FILE_TYPES).find(([, type]) => type === file.type)?.[0]
  return extension === undefined ? name : `${name || UNNAMED}.${extension}`
}
