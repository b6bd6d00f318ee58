// A received mail as it came: its headers, its text, and its HTML behind three walls (`mail-document.ts`).

import type { OriginalMail } from '@pendopo/sdk/inbox'
import { formatFileSize } from '@pendopo/sdk/files'
import { X } from 'lucide'
import { Fragment, type ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { toActionWords } from '../app/error-words.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { RichText } from '../ui/rich-text.tsx'
import { toFullTime } from '../ui/time.ts'
import { MailFrame } from './mail-frame.tsx'
import { Sender } from './sender.tsx'

interface OriginalDialogProps {
  readonly load: () => Promise<OriginalMail>
  readonly onClose: () => void
}

type Loaded = { readonly mail: OriginalMail } | { readonly problem: string } | null

export function OriginalDialog({ load, onClose }: OriginalDialogProps) {
  const [loaded, setLoaded] = useState<Loaded>(null)
  useEffect(() => {
    let isGone = false
    const show = (next: Loaded) => isGone || setLoaded(next)
    load().then(
      (mail) => show({ mail }),
      (error: unknown) => show({ problem: toActionWords(error, 'show this e-mail') }),
    )
    return () => void (isGone = true)
    // Once for each opening.
  }, [])
  return (
    <Dialog label="Original e-mail" class="original" onClose={onClose}>
      <header class="original-head">
        <h2>Original e-mail</h2>
        <button type="button" class="icon-button" title="Close" onClick={onClose}>
          <Icon of={X} label="Close" />
        </button>
      </header>
      <div aria-busy={loaded === null} class="original-body">
        {loaded !== null && ('mail' in loaded ? <Mail mail={loaded.mail} /> : <p role="alert">{loaded.problem}</p>)}
      </div>
    </Dialog>
  )
}

function Mail({ mail }: { readonly mail: OriginalMail }) {
  const [asText, setAsText] = useState(mail.html === null)
  const { from, to, cc, subject, date, html, text, attachments } = mail
  return (
    <>
      <dl class="original-headers">
        <Header name="From">{from === null ? 'Nobody' : <Sender {...from} />}</Header>
        <Header name="To">{to.join(', ')}</Header>
        {cc.length > 0 && <Header name="CC">{cc.join(', ')}</Header>}
        <Header name="Subject">{subject}</Header>
        {date !== null && <Header name="Date">{toFullTime(date)}</Header>}
        {attachments.length > 0 && (
          <Header name="Files">
            {attachments.map(({ name, size }, index) => (
              <Fragment key={index}>
                {index > 0 && ', '}
                <bdi>{name}</bdi> ({formatFileSize(size)})
              </Fragment>
            ))}
          </Header>
        )}
      </dl>
      {html !== null && (
        <div class="original-choice">
          <div class="segments" role="group" aria-label="Show as">
            <button type="button" aria-pressed={!asText} onClick={() => setAsText(false)}>
              As it looked
            </button>
            <button type="button" aria-pressed={asText} onClick={() => setAsText(true)}>
              Text
            </button>
          </div>
          {!asText && (
            <p class="mail-note">Pictures from elsewhere are not loaded, and links are off: the text has them.</p>
          )}
        </div>
      )}
      {html !== null && !asText ? (
        <MailFrame html={html} />
      ) : (
        <div class="original-text" dir="auto" tabIndex={0} role="region" aria-label="Text">
          <RichText text={text} />
        </div>
      )}
    </>
  )
}

function Header({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </div>
  )
}
