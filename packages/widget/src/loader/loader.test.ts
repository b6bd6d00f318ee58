// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest'
import type { PendopoGlobal } from '../api.ts'
import { setUnderWay } from '../returning.ts'
import { createFakeModule } from '../testing/fake-module.ts'
import { startLoader } from './loader.ts'

const BASE = 'https://chat.example/'

afterEach(() => {
  for (const handle of Object.values(pendopo()?.sites ?? {})) handle.destroy()
  delete window.Pendopo
  localStorage.clear()
  document.body.replaceChildren()
})

const pendopo = (): PendopoGlobal | undefined => (Array.isArray(window.Pendopo) ? undefined : window.Pendopo)
const hosts = () => document.querySelectorAll<HTMLElement>('pendopo-chat')
const launcher = () => hosts()[0]?.shadowRoot?.querySelector('button')

function start(over: { site?: string; hidden?: boolean } = {}) {
  const module = createFakeModule()
  startLoader({ site: 'acme', name: 'Acme', entry: 'chat-1.js', ...over }, BASE, module.importChat)
  return module
}

test('[WG1] a first-time visitor who does nothing causes no download and no storage', async () => {
  const { urls } = start()
  await Promise.resolve()
  expect(urls).toEqual([])
  expect(localStorage).toHaveLength(0)
  expect(sessionStorage).toHaveLength(0)
  expect(document.cookie).toBe('')
})

test('[WG1] hover or focus fetches the chat once, and does not open it', async () => {
  const { urls, calls, contexts } = start()
  launcher()?.dispatchEvent(new Event('pointerenter'))
  launcher()?.dispatchEvent(new Event('focus'))
  await vi.waitFor(() => expect(contexts).toHaveLength(1))
  expect(urls).toEqual(['https://chat.example/assets/widget/chat-1.js'])
  expect(calls).toEqual([])
})

test('[WG1] a conversation under way fetches the chat at once', () => {
  setUnderWay('acme', true)
  expect(start().urls).toHaveLength(1)
  expect(start({ site: 'other' }).urls).toHaveLength(0)
})

test('[WG2] calls queued before the script are made in their order', async () => {
  window.Pendopo = [['open'], ['identify', { token: 'jwt' }], ['logout'], ['no such call']]
  const { calls } = start()
  await vi.waitFor(() => expect(calls).toEqual(['open', 'identify jwt', 'logout']))
})

test('[WG2] push goes on working afterwards', async () => {
  const { calls } = start()
  pendopo()?.push(['open'], ['close'])
  await vi.waitFor(() => expect(calls).toEqual(['open', 'close']))
})

test('[WG2] closing what was never loaded loads nothing', () => {
  const { urls } = start()
  pendopo()?.close()
  expect(urls).toEqual([])
})

test('[WG3] a click opens; a second, impatient one before the chat has come does not close', async () => {
  const { calls, contexts } = start()
  launcher()?.click()
  launcher()?.click()
  await vi.waitFor(() => expect(contexts).toHaveLength(1))
  await vi.waitFor(() => expect(calls).toEqual(['open', 'open']))
  launcher()?.click()
  expect(calls.at(-1)).toBe('toggle')
})

test('[WG3] a download that failed is reported and tried again, under another address', async () => {
  const module = start()
  const errors: Error[] = []
  pendopo()?.on('error', (error) => errors.push(error))
  module.failNext(1)
  pendopo()?.open()
  await vi.waitFor(() => expect(errors).toHaveLength(1))
  pendopo()?.open()
  await vi.waitFor(() => expect(module.calls).toEqual(['open']))
  expect(module.urls).toEqual([`${BASE}assets/widget/chat-1.js`, `${BASE}assets/widget/chat-1.js?2`])
})

test('[WG3] identify rejects when the chat cannot be had', async () => {
  const module = start()
  module.failNext(1)
  await expect(pendopo()?.identify({ token: 'jwt' })).rejects.toThrow('network is down')
})

test('[WG4] a second script of the same site makes no second launcher', () => {
  start()
  start()
  expect(hosts()).toHaveLength(1)
})

test('[WG4] several sites have a launcher each, found by name; the first answers to Pendopo itself', async () => {
  const acme = start()
  const beta = start({ site: 'beta' })
  expect(hosts()).toHaveLength(2)
  pendopo()?.get('beta')?.open()
  await vi.waitFor(() => expect(beta.calls).toEqual(['open']))
  pendopo()?.open()
  await vi.waitFor(() => expect(acme.calls).toEqual(['open']))
  pendopo()?.get('acme')?.destroy()
  pendopo()?.close()
  await vi.waitFor(() => expect(beta.calls).toEqual(['open', 'close']))
})

test('[WG5] destroy leaves nothing behind, is final, and spares a successor', async () => {
  const { calls, contexts, urls } = start()
  const handle = pendopo()?.get('acme')
  handle?.open()
  await vi.waitFor(() => expect(contexts).toHaveLength(1))
  handle?.destroy()
  expect(hosts()).toHaveLength(0)
  expect(window.Pendopo).toBeUndefined()
  await vi.waitFor(() => expect(calls).toEqual(['open', 'destroy']))
  handle?.open()
  await expect(handle?.identify({ token: '' })).rejects.toThrow('destroyed')
  expect(urls).toHaveLength(1)

  start()
  handle?.destroy()
  expect(hosts()).toHaveLength(1)
  expect(pendopo()?.get('acme')).toBeDefined()
})

test('[WG5] destroyed while the chat is on its way, it is taken down when it comes', async () => {
  const { calls } = start()
  pendopo()?.open()
  pendopo()?.destroy()
  await vi.waitFor(() => expect(calls).toContain('destroy'))
})

test('[WG6] the launcher survives a new body, and comes back when even more was replaced', async () => {
  start()
  document.body.replaceWith(document.createElement('body'))
  expect(hosts()).toHaveLength(1)
  hosts()[0]?.remove()
  await vi.waitFor(() => expect(hosts()).toHaveLength(1))
})

test('[WG7] hide and show; hidden from the start until show or open', () => {
  start({ hidden: true })
  expect(hosts()[0]?.hidden).toBe(true)
  pendopo()?.show()
  expect(hosts()[0]?.hidden).toBe(false)
  pendopo()?.hide()
  pendopo()?.open()
  expect(hosts()[0]?.hidden).toBe(false)
})

test('[WG8] ready is told to late listeners too, and a listener can be taken away', async () => {
  const { contexts } = start()
  const seen: unknown[] = []
  pendopo()?.on('ready', () => seen.push('ready'))
  const off = pendopo()?.on('unread', (unread) => seen.push(unread))
  pendopo()?.open()
  await vi.waitFor(() => expect(contexts).toHaveLength(1))
  contexts[0]?.emit('unread', 2)
  await vi.waitFor(() => expect(seen).toEqual(['ready', 2]))
  off?.()
  contexts[0]?.emit('unread', 3)
  await Promise.resolve()
  expect(seen).toEqual(['ready', 2])
})

test('[WG9] the host stands in the way of the page’s rules with important ones of its own', () => {
  start()
  const style = hosts()[0]?.style
  for (const property of ['direction', 'unicode-bidi', 'position'])
    expect(style?.getPropertyPriority(property)).toBe('important')
  expect(launcher()?.getAttribute('aria-label')).toBe('Chat')
})

test('[EM108] a mailed link opens the chat; its token is gone from the address, and the rest of it stays', async () => {
  history.replaceState({ page: 1 }, '', '/shop?table=220#pendopo=token-1')
  const { calls, contexts } = start()
  expect(location.href).toMatch(/\/shop\?table=220$/)
  expect(history.state).toEqual({ page: 1 })
  await vi.waitFor(() => expect(calls).toEqual(['open']))
  expect(contexts[0]?.resume).toBe('token-1')
})

test('[EM108] any other fragment is the page’s own', () => {
  history.replaceState(null, '', '/shop#pendopo')
  const { urls } = start()
  expect(urls).toEqual([])
  expect(location.hash).toBe('#pendopo')
  history.replaceState(null, '', '/')
})
