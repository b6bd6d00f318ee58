// What e-mail adds to an open chat: it asks for an address where an answer may take long, and opens mailed links. A chunk of
// its own, which a site without mail never loads.

import { Fragment } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { useStore } from '../use-store.ts'
import type { Widget } from '../widget.ts'
import { AddressCard } from './address-card.tsx'
import { Card } from './card.tsx'
import { openLink, type LinkProblem } from './open-link.ts'
import { toMailWords, type MailWords } from './words.ts'

export function Mail({ widget }: { widget: Widget }) {
  const { locale, config } = widget
  const words = useMemo(() => toMailWords(locale.language, config.texts), [])
  // What was half written belongs to the visitor, and goes with them.
  const forgotten = useStore(widget.$forgotten)
  return (
    <Fragment>
      <Link widget={widget} words={words} />
      <AddressCard key={forgotten} widget={widget} words={words} />
    </Fragment>
  )
}

function Link({ widget: { chat, resume }, words }: { widget: Widget; words: MailWords }) {
  const [problem, setProblem] = useState<LinkProblem>(null)
  useEffect(() => {
    if (resume === undefined) return
    let timer: ReturnType<typeof setTimeout>
    const wait = (ms: number): Promise<void> => new Promise((resolve) => (timer = setTimeout(resolve, ms)))
    void openLink(chat, resume, wait).then(setProblem)
    return () => clearTimeout(timer)
  }, [])
  const sentence = problem === null ? '' : problem === 'spent' ? words.linkSpent : words.linkFailed
  return <Card id="link" words={sentence} dismiss={words.mailDismiss} onDismiss={() => setProblem(null)} />
}
