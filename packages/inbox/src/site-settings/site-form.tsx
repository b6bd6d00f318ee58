// What a site is: its name, the pages it stands on, and how it greets. Stored by the server, which may tidy what was typed.

import type { SiteChange, SiteView } from '@pendopo/sdk/inbox'
import { useId, useState } from 'preact/hooks'
import { Outcome, type Said } from '../account/outcome.tsx'
import { TextField } from '../ui/text-field.tsx'
import { LinesField } from './fields.tsx'
import { toSettingWords } from './setting-words.ts'
import { Snippet } from './snippet.tsx'

interface SiteFormProps {
  /** `null`: a new one. */
  readonly site: SiteView | null
  readonly onSave: (change: SiteChange) => Promise<SiteView>
}

export function SiteForm({ site, onSave }: SiteFormProps) {
  const [name, setName] = useState(site?.name ?? '')
  const [origins, setOrigins] = useState(site?.origins.join('\n') ?? '')
  const [accent, setAccent] = useState(textIn(site, 'accent'))
  const [greeting, setGreeting] = useState(textIn(site, 'greeting'))
  const [locale, setLocale] = useState(textIn(site, 'locale'))
  const [said, setSaid] = useState<Said | null>(null)
  const id = useId()

  const save = async (event: SubmitEvent) => {
    event.preventDefault()
    const typed = origins.split(/[\s,]+/u).filter((origin) => origin !== '')
    const config = withWords(site?.config ?? {}, { accent, greeting, locale })
    try {
      const saved = await onSave({ name, origins: typed, config })
      setOrigins(saved.origins.join('\n'))
      setSaid({ is: 'done', text: toSavedWords(typed, saved.origins) })
    } catch (error) {
      setSaid({ is: 'problem', text: toSettingWords(error, 'save this site') })
    }
  }

  return (
    <form class="settings-part" aria-labelledby={`${id}-title`} onSubmit={save}>
      <h3 id={`${id}-title`}>{site === null ? 'New site' : 'Site'}</h3>
      <TextField label="Name" required maxLength={120} value={name} onValue={setName} describedBy={`${id}-said`} />
      <LinesField
        label="Origins, one a line"
        rows={2}
        required
        value={origins}
        onValue={setOrigins}
        note="Where the widget may stand: https://acme.example, without a path."
      />
      <div class="settings-grid">
        <TextField label="Accent (such as #3b3fb6)" value={accent} onValue={setAccent} maxLength={7} />
        <TextField label="Language (empty: the visitor’s)" value={locale} onValue={setLocale} maxLength={35} />
      </div>
      <TextField label="Greeting" value={greeting} onValue={setGreeting} maxLength={500} />
      <Outcome id={`${id}-said`} said={said} />
      <div class="dialog-actions">
        <button type="submit" class="button button-primary">
          {site === null ? 'Add site' : 'Save site'}
        </button>
      </div>
      {site !== null && <Snippet code={site.snippet} />}
    </form>
  )
}

function textIn(site: SiteView | null, key: string): string {
  const value = site?.config[key]
  return typeof value === 'string' ? value : ''
}

/** The rest of a configuration stays; what was emptied goes back to its default. */
function withWords(config: SiteView['config'], words: Readonly<Record<string, string>>): SiteView['config'] {
  const kept = Object.entries(config).filter(([key]) => !(key in words))
  const typed = Object.entries(words).flatMap(([key, value]) =>
    value.trim() === '' ? [] : [[key, value.trim()] as const],
  )
  return Object.fromEntries([...kept, ...typed])
}

function toSavedWords(typed: readonly string[], stored: readonly string[]): string {
  const tidied = stored.filter((origin) => !typed.includes(origin))
  return tidied.length === 0 ? 'Saved.' : `Saved. Stored as ${tidied.join(' and ')}.`
}
