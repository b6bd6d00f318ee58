// How a site sends and receives mail. What is typed is tried before it is stored, if one wants; secrets are only ever typed.

import type { InboxSettings, MailCheck, MailProvider, SiteView } from '@pendopo/sdk/inbox'
import { TriangleAlert } from 'lucide'
import { useId, useRef, useState } from 'preact/hooks'
import { Outcome, type Said } from '../account/outcome.tsx'
import { Icon } from '../ui/icon.tsx'
import { TextField } from '../ui/text-field.tsx'
import { toFullTime } from '../ui/time.ts'
import { CheckResult } from './check-result.tsx'
import { EndpointFields } from './endpoint-fields.tsx'
import { CheckField, SelectField } from './fields.tsx'
import { toMailDraft, toMailSettings, withProvider, type MailSettingsDraft } from './mail-settings-draft.ts'
import { MailService } from './mail-service.tsx'
import { SenderFields } from './sender-fields.tsx'
import { toSettingWords } from './setting-words.ts'

interface MailFormProps {
  readonly site: SiteView
  readonly providers: readonly MailProvider[]
  readonly settings: Pick<InboxSettings, 'setMail' | 'removeMail' | 'checkMail' | 'renewMailToken'>
  readonly onSaved: (site: SiteView) => void
}

export function MailForm({ site, providers, settings, onSaved }: MailFormProps) {
  const [draft, setDraft] = useState(() => toMailDraft(site.mail))
  const [provider, setProvider] = useState('')
  const [check, setCheck] = useState<MailCheck | null>(null)
  const [said, setSaid] = useState<Said | null>(null)
  const [busy, setBusy] = useState<'test' | 'save' | 'remove' | null>(null)
  /** Off takes a second press: what is forgotten has to be typed again. */
  const [isLeaving, setLeaving] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const id = useId()
  const change = (part: Partial<MailSettingsDraft>) => setDraft({ ...draft, ...part })
  const hint = providers.find((each) => each.id === provider)?.hint

  /** One thing at a time, and how it went. */
  const run = async (what: NonNullable<typeof busy>, doing: string, work: () => Promise<Said | null>) => {
    if (busy !== null) return
    setBusy(what)
    setSaid(null)
    try {
      setSaid(await work())
    } catch (error) {
      setSaid({ is: 'problem', text: toSettingWords(error, doing) })
    }
    setBusy(null)
  }

  const save = (event: SubmitEvent) => {
    event.preventDefault()
    void run('save', 'save the mail settings', async () => {
      const saved = await settings.setMail(site.id, toMailSettings(draft))
      setDraft(toMailDraft(saved.mail))
      onSaved(saved)
      return { is: 'done', text: 'Saved.' }
    })
  }

  const test = () => {
    if (form.current?.reportValidity() !== true) return
    setCheck(null)
    void run('test', 'test the mail settings', async () => {
      setCheck(await settings.checkMail(site.id, toMailSettings(draft)))
      return null
    })
  }

  const remove = () =>
    void run('remove', 'turn mail off', async () => {
      const saved = await settings.removeMail(site.id)
      setDraft(toMailDraft(null))
      setCheck(null)
      setLeaving(false)
      onSaved(saved)
      return { is: 'done', text: 'Mail is off, and its secrets are forgotten.' }
    })

  return (
    <form ref={form} class="settings-part" aria-labelledby={`${id}-title`} onSubmit={save}>
      <h3 id={`${id}-title`}>E-mail</h3>
      {site.mail?.trouble && <Trouble {...site.mail.trouble} />}
      <SelectField
        label="Provider"
        value={provider}
        options={[
          { value: '', label: 'Another one' },
          ...providers.map((each) => ({ value: each.id, label: each.name })),
        ]}
        onValue={(chosen) => {
          setProvider(chosen)
          const found = providers.find((each) => each.id === chosen)
          if (found !== undefined) setDraft(withProvider(draft, found))
        }}
      />
      {hint !== undefined && <p class="settings-hint">{hint}</p>}
      <div class="settings-grid">
        <TextField
          label="Address"
          type="email"
          required
          value={draft.address}
          onValue={(address) => change({ address })}
        />
        <TextField
          label="Name (empty: the site’s)"
          value={draft.name}
          onValue={(name) => change({ name })}
          maxLength={120}
        />
      </div>
      <CheckField checked={draft.fallback} onChecked={(fallback) => change({ fallback })}>
        Mail answers that a visitor has not read
      </CheckField>
      {draft.fallback && (
        <TextField
          label="Quiet minutes before that (1 to 60)"
          type="number"
          min={1}
          max={60}
          required
          value={draft.delayMinutes}
          onValue={(delayMinutes) => change({ delayMinutes })}
        />
      )}
      <fieldset>
        <legend>Sending</legend>
        <EndpointFields
          name="SMTP"
          draft={draft.smtp}
          onChange={(part) => change({ smtp: { ...draft.smtp, ...part } })}
        />
      </fieldset>
      <fieldset>
        <legend>Receiving</legend>
        <CheckField checked={draft.hasImap} onChecked={(hasImap) => change({ hasImap })}>
          Fetch answers from a mailbox
        </CheckField>
        {draft.hasImap && (
          <EndpointFields
            name="IMAP"
            draft={draft.imap}
            onChange={(part) => change({ imap: { ...draft.imap, ...part } })}
          />
        )}
        <CheckField checked={draft.plainReplies} onChecked={(plainReplies) => change({ plainReplies })}>
          Answers come to the plain address (where the mailbox takes no address with a +)
        </CheckField>
        {!draft.hasImap && site.mail !== null && (
          <MailService
            incomingUrl={site.mail.incomingUrl}
            onRenew={() => settings.renewMailToken(site.id)}
            onProblem={(error) => setSaid({ is: 'problem', text: toSettingWords(error, 'make a token') })}
          />
        )}
      </fieldset>
      <SenderFields draft={draft} onChange={change} />
      {check !== null && <CheckResult check={check} />}
      <Outcome id={`${id}-said`} said={said} />
      <div class="dialog-actions">
        {site.mail !== null && (
          <button
            type="button"
            class="button button-quiet"
            aria-disabled={busy !== null}
            onBlur={() => setLeaving(false)}
            onClick={() => (isLeaving ? remove() : setLeaving(true))}
          >
            {isLeaving ? 'Yes, off: its passwords are forgotten' : 'Turn mail off'}
          </button>
        )}
        <button type="button" class="button" aria-disabled={busy !== null} onClick={test}>
          {busy === 'test' ? 'Testing' : 'Test'}
        </button>
        <button type="submit" class="button button-primary" aria-disabled={busy !== null}>
          Save mail
        </button>
      </div>
    </form>
  )
}

function Trouble({ step, message, at }: NonNullable<NonNullable<SiteView['mail']>['trouble']>) {
  return (
    <p class="settings-trouble">
      <Icon of={TriangleAlert} size={16} />
      <span>
        Mail has trouble ({step}): {message} <time dateTime={new Date(at).toISOString()}>{toFullTime(at)}</time>
      </span>
    </p>
  )
}
