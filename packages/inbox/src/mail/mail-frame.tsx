import { useEffect, useRef, useState } from 'preact/hooks'

/** The HTML of a mail, cleaned, in a frame that may do nothing: no scripts, no origin, no forms, no windows. */
export function MailFrame({ html }: { readonly html: string }) {
  const frame = useRef<HTMLIFrameElement>(null)
  const [hasFailed, setFailed] = useState(false)

  useEffect(() => {
    let isGone = false
    import('./mail-document.ts').then(
      ({ toMailDocument }) => {
        if (!isGone && frame.current !== null) frame.current.srcdoc = toMailDocument(html)
      },
      () => setFailed(true),
    )
    return () => void (isGone = true)
  }, [html])

  if (hasFailed) return <p class="mail-note">It could not be shown with its looks; the text is there.</p>
  return <iframe ref={frame} class="mail-frame" sandbox="" title="The e-mail as it came" />
}
