// Draws one scene with the real components and styles. Not part of the product: `vite.config.ts` does not build it.

import { render } from 'preact'
import { AppRoot } from '../app/app-root.tsx'
import { createApp } from '../app/create-app.ts'
import { createMemoryKeyValue } from '../settings/key-value.ts'
import '../style/index.css'
import { NOW, SCENES } from './scenes.ts'

const parameters = new URLSearchParams(location.search)
const make = SCENES[parameters.get('scene') ?? 'thread']
const root = document.getElementById('inbox')
if (make === undefined || root === null) throw new Error(`unable to draw; scenes are ${Object.keys(SCENES).join(', ')}`)

const scene = make()
const storage = createMemoryKeyValue()
storage.set(
  'preferences',
  JSON.stringify({ theme: parameters.get('theme') ?? 'light', density: parameters.get('density') ?? 'comfortable' }),
)
document.documentElement.dir = parameters.get('dir') ?? 'ltr'
const app = createApp({ inbox: scene.inbox, base: '/g', storage, window, now: () => NOW })
app.routes.replace(scene.place)
if (scene.overlay !== undefined) app.$overlay.set(scene.overlay)
render(<AppRoot app={app} />, root)
if (scene.after !== undefined) setTimeout(scene.after, 100)
