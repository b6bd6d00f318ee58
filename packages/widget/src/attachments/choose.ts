import { checkFiles, type FileProblem } from '@pendopo/sdk/files'
import { fill, type Texts } from '../locale/texts.ts'

export interface Chosen {
  readonly files: readonly File[]
  /** Why some were left out, in words. */
  readonly problem: string | null
}

/** Those that can be sent: nothing is refused after it was uploaded. */
export function choose(all: readonly File[], texts: Texts): Chosen {
  const { files, problem } = checkFiles(all)
  return { files, problem: problem && toWords(problem, texts) }
}

function toWords(problem: FileProblem, texts: Texts): string {
  switch (problem.reason) {
    case 'many':
      return fill(texts.fileMany, { n: problem.most })
    case 'large':
      return fill(texts.fileLarge, { name: problem.name })
    case 'empty':
      return fill(texts.fileEmpty, { name: problem.name })
    case 'type':
      return fill(texts.fileKind, { name: problem.name })
  }
}
