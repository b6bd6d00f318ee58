/** Handlers under the names that Preact and React give them. */
export interface FileDrop {
  readonly onDragOver: (event: DragEvent) => void
  readonly onDragLeave: (event: DragEvent & { readonly currentTarget: Node }) => void
  readonly onDrop: (event: DragEvent) => void
}

/**
 * For an element that files may be dropped on; anything else that is dragged is left to the browser. `onOver` says whether
 * files hover over it.
 */
export function toFileDrop(onOver: (isOver: boolean) => void, onFiles: (files: FileList) => void): FileDrop {
  const filesOf = (event: DragEvent, isOver: boolean): FileList | undefined => {
    if (!event.dataTransfer?.types.includes('Files')) return
    // Otherwise the browser opens the file in place of the page.
    event.preventDefault()
    onOver(isOver)
    return event.dataTransfer.files
  }
  return {
    onDragOver: (event) => void filesOf(event, true),
    onDragLeave({ currentTarget, relatedTarget }) {
      // From one child to another is not away.
      if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) onOver(false)
    },
    onDrop(event) {
      const files = filesOf(event, false)
      if (files) onFiles(files)
    },
  }
}
