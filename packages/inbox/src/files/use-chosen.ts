// What an agent has picked, dropped or pasted and not sent yet; what cannot be sent is left out and told by name.

import { checkFiles, type FileProblem } from '@pendopo/sdk/files'
import { useState } from 'preact/hooks'

export interface Chosen {
  readonly files: readonly File[]
  /** Why some were left out. */
  readonly problem: string | null
}

const NOTHING: Chosen = { files: [], problem: null }

export function useChosen() {
  const [chosen, setChosen] = useState(NOTHING)
  return {
    ...chosen,
    add: (list: FileList | null | undefined) => {
      // A list of the browser's is emptied with its field.
      const added = [...(list ?? [])]
      if (added.length > 0) setChosen(({ files }) => choose([...files, ...added]))
    },
    remove: (file: File) =>
      setChosen(({ files }) => ({ files: files.filter((other) => other !== file), problem: null })),
    clear: () => setChosen(NOTHING),
  }
}

function toProblemText(problem: FileProblem): string {
  switch (problem.reason) {
    case 'many':
      return `A message takes at most ${problem.most} files.`
    case 'large':
      return `${problem.name} is larger than 16 MB.`
    case 'empty':
      return `${problem.name} is empty.`
    case 'type':
      return `${problem.name}: this kind of file cannot be sent.`
  }
}

/** Those that can be sent, at most as many as a message takes. */
export function choose(all: readonly File[]): Chosen {
  const { files, problem } = checkFiles(all)
  return { files, problem: problem === null ? null : toProblemText(problem) }
}
