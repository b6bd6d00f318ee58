// Where a file can be seen: on this device while it is on its way, then at an address of the server.

import type { ThreadAttachment } from '@pendopo/sdk'
import { useEffect, useRef, useState } from 'preact/hooks'

/** The file on this device as an address of this page, for as long as it is shown. */
export function useObjectUrl(file: Blob | undefined): string | null {
  const [url, setUrl] = useState<string | null>(null)
  // Kept when the message has been stored: the picture on the screen is the picture.
  const first = useRef(file)
  useEffect(() => {
    if (!first.current) return
    const made = URL.createObjectURL(first.current)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [])
  return url
}

/** The address at the server; `null` until it is there, `undefined` where the file cannot be had. */
export function useFileUrl(id: ThreadAttachment['id'], fileUrl: (id: string) => Promise<string>) {
  const [url, setUrl] = useState<string | null | undefined>(null)
  useEffect(() => {
    let isShown = true
    if (id !== null)
      fileUrl(id).then(
        (found) => isShown && setUrl(found),
        () => isShown && setUrl(undefined),
      )
    return () => {
      isShown = false
    }
  }, [id])
  return url
}
