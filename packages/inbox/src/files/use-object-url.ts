import { useEffect, useState } from 'preact/hooks'

/** A file of this device as an address of this page, for as long as it is shown. Later changes are not followed. */
export function useObjectUrl(file: Blob | undefined): string | null {
  const [first] = useState(file)
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    if (first === undefined) return
    const made = URL.createObjectURL(first)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [first])
  return url
}
