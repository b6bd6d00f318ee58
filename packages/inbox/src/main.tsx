// Starts the inbox on the page it was loaded from: finds out where it is mounted, builds the client, and draws.

import { createInbox } from '@pendopo/sdk/inbox'
import { render } from 'preact'
import { AppRoot } from './app/app-root.tsx'
import { toMount } from './app/base-path.ts'
import { createApp } from './app/create-app.ts'
import { createBrowserKeyValue } from './settings/key-value.ts'
import './style/index.css'

const root = document.getElementById('inbox')
if (root === null) throw new Error('unable to start the inbox; the page has no element #inbox')

const mount = toMount(import.meta.url, location.href)
const app = createApp({
  inbox: createInbox({ server: mount.server }),
  base: mount.inbox,
  storage: createBrowserKeyValue(() => localStorage, `pendopo.inbox${mount.inbox}.`),
  window,
})
render(<AppRoot app={app} />, root)
