// The loader: all that a silent first-time visitor downloads. It paints the launcher, puts the site's widget on
// `window.Pendopo`, and fetches the chat when somebody wants it: hover, focus, click, a call, a mailed link, or a
// conversation that is under way. It knows nothing about conversations; the chat could be replaced by anything with a `mount`.

import type { ChatModule, Emit, MountedChat, PendopoHandle } from '../api.ts'
import type { WidgetConfig } from '../config.ts'
import { isUnderWay } from '../returning.ts'
import { paint } from './paint.ts'
import { join, leave, shared } from './registry.ts'

/** Starts the widget of a site; does nothing where the page has it already. `base` ends in a slash. */
export function startLoader(
  config: WidgetConfig,
  base: string,
  importChat: (url: string) => Promise<ChatModule>,
): void {
  const { site, entry } = config
  if (shared()?.sites[site]) return

  // A mailed link leads to the page with this fragment: `docs/protocol.md`.
  const [address, resume] = location.href.split('#pendopo=')
  const painted = paint(config)
  const { host, launcher, remove } = painted
  let chat: Promise<MountedChat> | undefined
  let mounted: MountedChat | undefined
  let attempts = 0

  // The host carries the events: what a listener throws is then reported on the page and stops nothing here.
  const emit: Emit = (event, detail) => void host.dispatchEvent(new CustomEvent(event, { detail }))

  const load = (): Promise<MountedChat> =>
    // A module that failed stays failed in some browsers' module maps: another try needs another address.
    (chat ??= importChat(`${base}assets/widget/${entry}${attempts++ ? `?${attempts}` : ''}`)
      .then((module) => module.mount({ ...painted, config, base, emit, resume }))
      .then(
        (result) => {
          launcher.ariaBusy = null
          return (mounted = result)
        },
        (error: Error) => {
          launcher.ariaBusy = null
          chat = undefined
          emit('error', error)
          throw error
        },
      ))
  /** For calls that return nothing: why it failed has gone to the listeners of `error`. */
  const withChat = (call: (chat: MountedChat) => void): void => void load().then(call, () => {})
  const preload = (): void => withChat(() => {})
  const show = (): void => {
    host.hidden = false
  }

  const handle: PendopoHandle = {
    open() {
      show()
      if (!mounted) launcher.ariaBusy = 'true'
      withChat((chat) => chat.open())
    },
    close() {
      // Nothing is open that was never loaded.
      if (chat) withChat((chat) => chat.close())
    },
    toggle() {
      // An impatient second click on a slow network must not close what has not opened yet.
      if (mounted) mounted.toggle()
      else handle.open()
    },
    show,
    hide() {
      host.hidden = true
    },
    on(event, listener) {
      const hear = (heard: Event): void => {
        if (heard instanceof CustomEvent) listener(heard.detail)
      }
      host.addEventListener(event, hear)
      if (event === 'ready') queueMicrotask(() => hear(new CustomEvent(event)))
      return () => host.removeEventListener(event, hear)
    },
    identify: (proof) => load().then((chat) => chat.identify(proof)),
    logout: () => load().then((chat) => chat.logout()),
    destroy() {
      if (chat) withChat((chat) => chat.destroy())
      chat = Promise.reject(new Error('destroyed'))
      preload()
      mounted = undefined
      remove()
      leave(site, handle)
    },
    push(...calls) {
      for (const [name, ...args] of calls) {
        const method: unknown = Reflect.get(handle, name)
        if (typeof method === 'function') method(...args)
      }
    },
  }

  host.hidden = !!config.hidden
  launcher.onclick = handle.toggle
  launcher.onpointerenter = launcher.onfocus = preload
  join(site, handle)
  if (resume) {
    // It is good once: whoever copies the address now, or comes back to it, should not find it there.
    history.replaceState(history.state, '', address)
    handle.open()
  } else if (isUnderWay(site)) preload()
}
