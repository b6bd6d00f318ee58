// Shows the widget in one of its states: `?state=long&locale=ar&scheme=dark&accent=%23e8590c`.

import type { WidgetConfig } from '../src/config.ts'
import { startLoader } from '../src/loader/loader.ts'
import { mountChat } from '../src/mount.tsx'
import { STATES } from './states.ts'

const query = new URLSearchParams(location.search)
const name = query.get('state') ?? ''
const show = STATES[name]

for (const key of Object.keys(STATES)) {
  const link = document.createElement('a')
  link.href = `?state=${key}`
  link.textContent = key
  document.querySelector('#states')?.append(link, document.createElement('br'))
}

const scheme = query.get('scheme')
const config: WidgetConfig = {
  site: 'gallery',
  name: 'Rumah Kayu',
  entry: 'chat.js',
  ...(query.get('accent') && { accent: query.get('accent') ?? '' }),
  ...(query.get('position') === 'left' && { position: 'left' }),
  ...(query.get('locale') && { locale: query.get('locale') ?? 'en' }),
  ...((scheme === 'dark' || scheme === 'light') && { scheme }),
}

if (show) {
  const { fake, isOpen, resume } = show(query.get('locale') ?? 'en')
  startLoader(config, `${location.origin}/`, () =>
    Promise.resolve({ mount: (context) => mountChat({ ...context, resume }, fake.chat) }),
  )
  Object.assign(window, { fake })
  const pendopo = window.Pendopo
  if (pendopo && !Array.isArray(pendopo)) {
    pendopo.on('open', () => document.documentElement.setAttribute('data-ready', ''))
    if (isOpen) pendopo.open()
    else void pendopo.identify({ token: '' }).then(() => document.documentElement.setAttribute('data-ready', ''))
  }
}
