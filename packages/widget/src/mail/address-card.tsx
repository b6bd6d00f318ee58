// Asks where the answer may go, once it is clear that it may take a while; then says where it goes. Nothing is promised
// before the server has stored the address.

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { fill } from '../locale/texts.ts'
import { useStore } from '../use-store.ts'
import type { Widget } from '../widget.ts'
import { Card } from './card.tsx'
import { isQuiet, keepQuiet } from './quiet.ts'
import { useWaiting } from './use-waiting.ts'
import type { MailWords } from './words.ts'

/** Something on both sides of one @, and a dot behind it: what the server takes besides is nothing people type. */
const ADDRESS = /^[^\s@<>()[\]\\,;:"]{1,64}@[^\s@<>()[\]\\,;:"]+\.[^\s@<>()[\]\\,;:".]+$/
const LONGEST = 254

type Step =
  /** Asks where nothing is known, else says what is. */
  | { readonly at: 'rest' }
  | { readonly at: 'change'; readonly problem?: keyof MailWords }
  /** On its way to the server, or waiting for a connection. */
  | { readonly at: 'keeping'; readonly email: string }
  | { readonly at: 'dismissed' }

export function AddressCard({ widget, words }: { widget: Widget; words: MailWords }) {
  const { conversation, config } = widget
  const address = useStore(conversation.$address)
  const isStopped = useStore(conversation.$view)?.mail?.isStopped === true
  const isWaiting = useWaiting(widget)
  const [step, setStep] = useState<Step>({ at: isQuiet(config.site) ? 'dismissed' : 'rest' })
  const [text, setText] = useState('')
  const field = useRef<HTMLInputElement>(null)

  const isAsking = step.at === 'change' || (step.at === 'rest' && address === null && (isWaiting || text !== ''))
  const isTelling = step.at === 'keeping' || (!isAsking && address !== null && isWaiting)

  useLayoutEffect(() => {
    if (step.at === 'change' && !step.problem) field.current?.focus()
  }, [step.at])

  /** Who was in here goes on writing; on a touch screen not at once, or the keyboard would stay. */
  const leave = (): void => {
    const panel = field.current?.closest<HTMLElement>('.panel')
    const next = matchMedia('(pointer: coarse)').matches ? panel : panel?.querySelector('textarea')
    next?.focus()
  }
  const keep = (): void => {
    const email = text.trim()
    if (!ADDRESS.test(email) || email.length > LONGEST) {
      setStep({ at: 'change', problem: 'mailWrong' })
      field.current?.focus()
      return
    }
    leave()
    setStep({ at: 'keeping', email })
    conversation.giveAddress(email).then(
      () => {
        setText('')
        setStep({ at: 'rest' })
      },
      (error: unknown) => setStep({ at: 'change', problem: isInvalid(error) ? 'mailWrong' : 'mailFailed' }),
    )
  }

  // Whoever has asked for no mail is neither asked nor told.
  if (isStopped || !(isAsking || isTelling)) return <Card id="mail" words="" />
  if (!isAsking) {
    // Isolated, or its dots and the @ would turn around in a right-to-left sentence.
    const shown = `\u2068${step.at === 'keeping' ? step.email : address?.email}\u2069`
    return (
      <Card id="mail" words={fill(step.at === 'keeping' ? words.mailKeeping : words.mailGiven, { text: shown })}>
        {step.at !== 'keeping' && (
          <button
            type="button"
            class="change"
            aria-describedby="mail"
            onClick={() => {
              setText(address?.email ?? '')
              setStep({ at: 'change' })
            }}
          >
            {words.mailChange}
          </button>
        )}
      </Card>
    )
  }
  const problem = step.at === 'change' ? step.problem : undefined
  return (
    <Card
      id="mail"
      words={words.mailWhy}
      dismiss={words.mailDismiss}
      onDismiss={() => {
        leave()
        setText('')
        if (address !== null) return setStep({ at: 'rest' })
        keepQuiet(config.site)
        setStep({ at: 'dismissed' })
      }}
    >
      <form
        noValidate
        aria-labelledby="mail"
        onSubmit={(event) => {
          event.preventDefault()
          keep()
        }}
      >
        <input
          ref={field}
          type="email"
          name="email"
          autocomplete="email"
          dir="auto"
          value={text}
          placeholder={words.mailField}
          aria-label={words.mailField}
          aria-invalid={problem === 'mailWrong'}
          aria-describedby="mail-problem"
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button type="submit" class="keep">
          {words.mailKeep}
        </button>
        <p id="mail-problem" role="alert">
          {problem && words[problem]}
        </p>
      </form>
    </Card>
  )
}

const isInvalid = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'invalid'
