// What admins set: the sites, and each one's mail. Reached from the admin's own menu and the palette.

import type { InboxSettings, SiteView } from '@pendopo/sdk/inbox'
import { Globe, Plus, X } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { useApp } from '../app/app-context.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { MailForm } from './mail-form.tsx'
import { toSettingWords } from './setting-words.ts'
import { SiteForm } from './site-form.tsx'

type Loaded = Awaited<ReturnType<InboxSettings['sites']>>

export function SettingsDialog() {
  const app = useApp()
  const { settings } = app.inbox
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  /** The id of a site, or `null` for a new one. */
  const [chosen, setChosen] = useState<string | null>(null)
  const close = () => app.$overlay.set(null)

  useEffect(() => {
    settings.sites().then(
      (all) => {
        setLoaded(all)
        setChosen(all.sites[0]?.id ?? null)
      },
      (error: unknown) => setProblem(toSettingWords(error, 'show the settings')),
    )
  }, [settings])

  const put = (site: SiteView) => {
    if (loaded === null) return
    const isKnown = loaded.sites.some(({ id }) => id === site.id)
    const sites = isKnown ? loaded.sites.map((each) => (each.id === site.id ? site : each)) : [...loaded.sites, site]
    setLoaded({ ...loaded, sites })
    setChosen(site.id)
  }

  const site = loaded?.sites.find(({ id }) => id === chosen) ?? null
  return (
    <Dialog label="Settings" class="settings" onClose={close}>
      <header class="settings-head">
        <h2>Settings</h2>
        <button type="button" class="icon-button" title="Close" onClick={close}>
          <Icon of={X} label="Close" />
        </button>
      </header>
      {problem !== null && (
        <p class="settings-problem" role="alert">
          {problem}
        </p>
      )}
      <div class="settings-body" aria-busy={loaded === null && problem === null}>
        {loaded !== null && (
          <nav class="settings-sites" aria-label="Sites">
            {loaded.sites.map(({ id, name }) => (
              <button
                key={id}
                type="button"
                class="menu-item"
                aria-current={id === chosen ? 'true' : undefined}
                onClick={() => setChosen(id)}
              >
                <Icon of={Globe} size={16} />
                <bdi class="menu-name">{name}</bdi>
              </button>
            ))}
            <button
              type="button"
              class="menu-item"
              aria-current={chosen === null ? 'true' : undefined}
              onClick={() => setChosen(null)}
            >
              <Icon of={Plus} size={16} /> New site
            </button>
          </nav>
        )}
        {loaded !== null && (
          <div class="settings-forms">
            {/* A form of its own for each site. */}
            <SiteForm
              key={chosen ?? ''}
              site={site}
              onSave={async (change) => {
                const saved =
                  site === null ? await settings.addSite(change) : await settings.changeSite(site.id, change)
                put(saved)
                return saved
              }}
            />
            {site !== null && (
              <MailForm key={`mail-${site.id}`} {...{ site, settings }} providers={loaded.providers} onSaved={put} />
            )}
          </div>
        )}
      </div>
    </Dialog>
  )
}
