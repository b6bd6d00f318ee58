// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/preact'
import { PendopoError } from '@pendopo/sdk'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Emit, MountedChat } from './api.ts'
import type { WidgetConfig } from './config.ts'
import { mountChat } from './mount.tsx'
import { isUnderWay } from './returning.ts'
import { AYU, createFakeChat, message } from './testing/fake-chat.ts'

const open: MountedChat[] = []

// What is loaded on demand comes from the disk here, and a busy one may take longer than a test waits.
beforeAll(() => import('./thread/messages.tsx'))

afterEach(() => {
  for (const mounted of open.splice(0)) mounted.destroy()
  document.documentElement.querySelector('test-host')?.remove()
  localStorage.clear()
  sessionStorage.clear()
})

async function mount(fake = createFakeChat(), over: Partial<WidgetConfig> = {}) {
  const host = document.createElement('test-host')
  document.documentElement.append(host)
  const root = host.attachShadow({ mode: 'open' })
  const launcher = document.createElement('button')
  root.append(launcher)
  const events: unknown[] = []
  const emit: Emit = (...event) => void events.push(event)
  const config: WidgetConfig = { site: 'acme', name: 'Acme', entry: '', locale: 'en', ...over }
  const chat = await mountChat({ config, base: 'https://chat.example/', root, launcher, emit }, fake.chat)
  open.push(chat)
  const find = (selector: string) => {
    const found = root.querySelector<HTMLElement>(selector)
    if (!found) throw new Error(`there is no ${selector}`)
    return found
  }
  const type = (text: string) => {
    fireEvent.input(find('textarea'), { target: { value: text } })
    fireEvent.submit(find('form'))
  }
  return {
    fake,
    chat,
    root,
    launcher,
    events,
    find,
    type,
    all: (selector: string) => [...root.querySelectorAll(selector)],
  }
}

test('[WG1] mounting alone, as on hover, connects and stores nothing', async () => {
  const { fake } = await mount()
  expect(fake.calls).toEqual([])
  expect(localStorage).toHaveLength(0)
})

test('[WG40] opening connects, moves the focus into the field, and tells the page', async () => {
  const { chat, fake, root, events, find, launcher } = await mount()
  chat.open()
  await vi.waitFor(() => expect(root.activeElement).toBe(find('textarea')))
  expect(fake.calls).toEqual(['connect'])
  expect(events).toEqual([['open', undefined]])
  expect(launcher.getAttribute('aria-expanded')).toBe('true')
  expect(find('[role=dialog]').hasAttribute('inert')).toBe(false)
})

test('[WG40] Escape closes and the focus goes back to the launcher; the page does not see the key', async () => {
  const { chat, root, find, launcher } = await mount()
  const onPage = vi.fn<(event: Event) => void>()
  document.addEventListener('keydown', onPage)
  chat.open()
  await vi.waitFor(() => expect(root.activeElement).toBe(find('textarea')))
  fireEvent.keyDown(find('textarea'), { key: 'Escape' })
  document.removeEventListener('keydown', onPage)
  expect(root.activeElement).toBe(launcher)
  expect(launcher.getAttribute('aria-expanded')).toBe('false')
  await vi.waitFor(() => expect(find('[role=dialog]').hasAttribute('inert')).toBe(true))
  expect(onPage).not.toHaveBeenCalled()
})

test('[WG41] the badge and the name of the launcher tell what is unread, the page is told too', async () => {
  const { fake, launcher, events, chat } = await mount()
  fake.$unread.set(3)
  expect(launcher.textContent).toBe('3')
  expect(launcher.getAttribute('aria-label')).toBe('Open chat, 3 unread')
  expect(events).toEqual([['unread', 3]])
  fake.$unread.set(12)
  expect(launcher.textContent).toBe('9+')
  chat.open()
  expect(launcher.querySelector('span')?.hidden).toBe(true)
})

test('[WG14] an own message is there at once, and the next page will know of the conversation', async () => {
  const { type, all } = await mount()
  type('Hello')
  await vi.waitFor(() => expect(all('.bubble').map((bubble) => bubble.textContent)).toEqual(['Hello']))
  expect(all('.status.sending')).toHaveLength(1)
  expect(isUnderWay('acme')).toBe(true)
})

test('[WG1] a closed conversation is not under way', async () => {
  const { fake, type } = await mount()
  type('Hello')
  fake.$status.set('open')
  fake.$status.set('closed')
  expect(isUnderWay('acme')).toBe(false)
})

test('[WG16] a failed message says why and can be sent again or deleted', async () => {
  const failed = (id: string, code: PendopoError['code']) =>
    message({
      id,
      text: id,
      mine: true,
      n: null,
      status: 'failed',
      error: new PendopoError(code, 'unable to send; refused'),
    })
  const { fake, find, all } = await mount(
    createFakeChat([
      failed('a', 'too_large'),
      failed('b', 'forbidden'),
      failed('c', 'invalid'),
      failed('d', 'upgrade'),
    ]),
  )
  await vi.waitFor(() =>
    expect(all('.failure p').map((reason) => reason.textContent)).toEqual([
      'Not sent: it is too long.',
      'Not sent: the team does not accept it.',
      'Not sent.',
      'Please reload the page to go on.',
    ]),
  )
  const [retry, remove] = find('.failure').querySelectorAll('button')
  fireEvent.click(remove ?? find('none'))
  fireEvent.click(retry ?? find('none'))
  expect(fake.calls.slice(-2)).toEqual(['discard a', 'retry a'])
})

test('[WG17] a message that comes in is announced once, with its author; older pages are not', async () => {
  const { fake, root, events } = await mount(createFakeChat([message({ text: 'old' })]))
  const spoken = () => root.querySelector('[aria-live=polite]')?.textContent
  expect(spoken()).toBe('')
  fake.receive({ text: 'Good morning' })
  await vi.waitFor(() => expect(spoken()).toBe('Ayu Lestari: Good morning'))
  fake.$messages.set([message({ text: 'older', n: 0 }), ...fake.$messages.get()])
  expect(spoken()).toBe('Ayu Lestari: Good morning')
  expect(events.filter((event) => Array.isArray(event) && event[0] === 'message')).toHaveLength(1)
})

test('[WG18] what is in sight of an open panel is marked as read', async () => {
  const { fake, chat } = await mount(createFakeChat([message({ text: 'old' })]))
  fake.receive({ text: 'new' })
  expect(fake.calls).not.toContain('markRead')
  chat.open()
  await vi.waitFor(() => expect(fake.calls).toContain('markRead'))
})

test('[WG18] the unread line stands before the first unread message until the thread is left', async () => {
  const { fake, chat, all } = await mount(createFakeChat([message({ text: 'old' })]))
  fake.$read.set(fake.$messages.get()[0]?.n ?? 0)
  fake.receive({ text: 'new' })
  chat.open()
  await vi.waitFor(() => expect(all('.line')).toHaveLength(1))
  await vi.waitFor(() => expect(fake.$unread.get()).toBe(0))
  expect(all('.line')).toHaveLength(1)
  chat.close()
  await vi.waitFor(() => expect(all('.line')).toHaveLength(0))
})

test('[WG18] a panel that was opened before its thread has come draws the line in it all the same', async () => {
  const { fake, chat, all } = await mount(createFakeChat([]))
  fake.$loading.set(true)
  chat.open()
  await vi.waitFor(() => expect(all('.open')).toHaveLength(1))
  fake.receive({ text: 'new' })
  fake.$loading.set(false)
  await vi.waitFor(() => expect(all('.line')).toHaveLength(1))
  await vi.waitFor(() => expect(fake.calls).toContain('markRead'))
})

test('[WG18] a message that comes in before one’s eyes draws no unread line', async () => {
  const { fake, chat, all } = await mount(createFakeChat([message({ text: 'old' })]))
  chat.open()
  await vi.waitFor(() => expect(all('.open')).toHaveLength(1))
  fake.receive({ text: 'new' })
  await vi.waitFor(() => expect(fake.calls).toContain('markRead'))
  expect(all('.line')).toHaveLength(0)
})

test('[WG19] the header tells of a lost connection, and does not promise what this browser cannot keep', async () => {
  const { fake, find } = await mount()
  const trouble = () => find('.presence [role=status]').textContent
  fake.$connection.set('offline')
  await vi.waitFor(() => expect(trouble()).toContain('are kept'))
  fake.$persistence.set('memory')
  await vi.waitFor(() => expect(trouble()).toContain('Keep this page open'))
  fake.$connection.set('online')
  await vi.waitFor(() => expect(trouble()).toBe(''))
})

test('[WG19] trouble takes the place of the presence, and nothing is laid over the thread', async () => {
  const { fake, find, all } = await mount()
  fake.$availability.set('online')
  await vi.waitFor(() => expect(find('.presence').textContent).toBe('Online'))
  fake.$connection.set('connecting')
  await vi.waitFor(() => expect(find('.presence').textContent).toBe('Connecting…'))
  fake.$connection.set('offline')
  await vi.waitFor(() => expect(find('.presence').textContent).toBe('No connection. Messages are kept and sent later.'))
  expect(all('.thread [role=status]')).toHaveLength(0)
})

test('[WG19] a limit is told as one, not as a lost network', async () => {
  const { fake, find } = await mount()
  fake.$connection.set('offline')
  fake.$error.set(new PendopoError('rate_limited', 'unable to connect; too many sockets', { retryAfter: 5_000 }))
  await vi.waitFor(() => expect(find('.presence').textContent).toBe('Too much at once. It goes on by itself.'))
})

test('[WG19] a refused chat says so, and what helps', async () => {
  const { fake, find } = await mount()
  fake.$connection.set('refused')
  await vi.waitFor(() => expect(find('.presence').textContent).toContain('not available'))
  fake.$error.set(new PendopoError('upgrade', 'unable to connect; too old'))
  await vi.waitFor(() => expect(find('.presence').textContent).toContain('reload'))
})

test('[WG45] a sign-in that is refused is told to the page and, in plain words, to the visitor', async () => {
  const { fake, find, events } = await mount()
  const error = new PendopoError('unauthenticated', 'unable to connect; the identity token was refused')
  fake.$error.set(error)
  fake.$connection.set('refused')
  expect(events).toContainEqual(['error', error])
  await vi.waitFor(() => expect(find('.presence').textContent).toContain('could not be signed in'))
})

test('[WG46] a visitor who is logged out leaves no flag and no draft behind', async () => {
  const { fake, chat, find, type } = await mount()
  chat.open()
  type('Hello')
  fireEvent.input(find('textarea'), { target: { value: 'half a thought' } })
  await vi.waitFor(() => expect(sessionStorage).toHaveLength(1))
  expect(isUnderWay('acme')).toBe(true)
  fake.$connection.set('idle')
  expect(isUnderWay('acme')).toBe(false)
  expect(sessionStorage).toHaveLength(0)
  await vi.waitFor(() => expect(find('textarea')).toHaveProperty('value', ''))
})

test('[WG44] the panel has no landmark that the page may have only once', async () => {
  const { all } = await mount(createFakeChat([message({ text: 'Hello' })]))
  expect(all('header, footer, main')).toHaveLength(0)
})

test('[WG22] every word can be replaced by the site, and packs are chosen by its language', async () => {
  const { find, root } = await mount(createFakeChat(), { locale: 'id', texts: { placeholder: 'Tulis di sini' } })
  expect(find('textarea').getAttribute('placeholder')).toBe('Tulis di sini')
  expect(find('.greeting').textContent).toBe('Halo. Ada yang bisa kami bantu?')
  expect(root.querySelector('.frame')?.getAttribute('lang')).toBe('id')
})

test('[WG22] Arabic turns the whole panel around', async () => {
  const { find } = await mount(createFakeChat(), { locale: 'ar-EG' })
  expect(find('.frame').getAttribute('dir')).toBe('rtl')
})

test('[WG22] a language without a pack is English, marked as such', async () => {
  for (const locale of ['fr', '!!']) {
    const { find } = await mount(createFakeChat(), { locale })
    expect(find('textarea').getAttribute('placeholder')).toBe('Write a message')
    expect(find('.frame').getAttribute('lang')).toBe('en')
  }
})

test('[WG23] the header names the agent and whether they are there', async () => {
  const { fake, find } = await mount()
  expect(find('h2').textContent).toBe('Acme')
  expect(find('.presence').textContent).toBe('')
  fake.$availability.set('away')
  await vi.waitFor(() => expect(find('.presence').textContent).toContain('Away'))
  fake.$agents.set([{ ...AYU, online: true }])
  await vi.waitFor(() => expect(find('h2').textContent).toBe('Ayu Lestari'))
  expect(find('.presence').textContent).toBe('Online')
})

test('[WG24] typing dots stand in room that is always there', async () => {
  const { fake, find, all } = await mount()
  expect(find('.end').childElementCount).toBe(0)
  fake.$typing.set([AYU])
  await vi.waitFor(() => expect(all('.end .typing')).toHaveLength(1))
})

test('[WG42] the chat knows which page it is on, once for each address', async () => {
  const { fake } = await mount()
  expect(fake.pages).toEqual([location.href])
  dispatchEvent(new PopStateEvent('popstate'))
  expect(fake.pages).toHaveLength(1)
  location.hash = '#prices'
  dispatchEvent(new PopStateEvent('popstate'))
  expect(fake.pages).toEqual([expect.any(String), location.href])
  expect(fake.calls).toEqual([])
})

test('[WG5] destroyed, the chat is closed and its nodes are gone', async () => {
  const { fake, chat, root, launcher } = await mount()
  chat.destroy()
  expect([...root.children]).toEqual([launcher])
  expect(launcher.childElementCount).toBe(0)
  expect(fake.calls).toEqual(['close'])
})

test('[WG15] older pages leave the nodes of the newer messages as they are', async () => {
  const at = Date.now()
  const page = (from: number) =>
    Array.from({ length: 4 }, (_, index) => message({ text: `${from + index}`, at: at + (from + index) * 200_000 }))
  const { fake, all } = await mount(createFakeChat(page(8)))
  await vi.waitFor(() => expect(all('.bubble')).toHaveLength(4))
  for (const from of [4, 0]) {
    const before = all('.bubble')
    fake.$messages.set([...page(from), ...fake.$messages.get()])
    await vi.waitFor(() => expect(all('.bubble')).toHaveLength(before.length + 4))
    before.forEach((bubble, index) => expect(all('.bubble')[index + 4]).toBe(bubble))
  }
})
