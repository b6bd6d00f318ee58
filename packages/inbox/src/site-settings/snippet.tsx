import { Check, Copy } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../ui/icon.tsx'

/** The tag for the page, and a button that copies it. */
export function Snippet({ code }: { readonly code: string }) {
  const [copied, setCopied] = useState<'yes' | 'no' | null>(null)
  const copy = () =>
    navigator.clipboard.writeText(code).then(
      () => setCopied('yes'),
      () => setCopied('no'),
    )
  return (
    <div class="snippet">
      <p class="dialog-note">Paste this before the end of the page’s body:</p>
      <pre dir="ltr" tabIndex={0} role="region" aria-label="Tag for the page">
        <code>{code}</code>
      </pre>
      <button type="button" class="button" onClick={copy}>
        <Icon of={copied === 'yes' ? Check : Copy} size={16} /> Copy the tag
      </button>
      <span role="status" class="dialog-note">
        {copied === 'yes' && 'Copied.'}
        {copied === 'no' && 'The browser did not allow it: select the text and copy it.'}
      </span>
    </div>
  )
}
