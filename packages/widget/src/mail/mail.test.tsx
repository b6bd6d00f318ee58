// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/preact'
import { PendopoError } from '@pendopo/sdk'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { MountedChat } from '../api.ts'
import type { WidgetConfig } from '../config.ts'
import { mountChat } from '../mount.tsx'
import { createFakeChat, message } from '../testing/fake-chat.ts'
import { openLink } from './open-link.ts'
import { toMailWords } from './words.ts'

const ANA = 'ana@example.com'
const WORDS = toMailWords('en', {})
const open: MountedChat[] = []

/** A conversation whose visitor wants no more mail. */
const VIEW = {
  id: 'c1',
  seq: 2,
  publicSeq: 2,
  firstSeq: 1,
  status: 'open',
  channel: 'acme',
  contact: '',
  identities: [],
  team: null,
  assignee: null,
  participants: [],
  episode: 1,
  openedAt: 0,
  closedAt: null,
  lastAt: 0,
  movedAt: 0,
  incoming: 1,
  outgoing: 0,
  lastMessage: null,
  waitingSince: 0,
  page: null,
  mail: {
    address: ANA,
    isVerified: true,
    isStopped: true,
    upTo: 0,
    planned: [],
    thread: [],
    subject: null,
    held: [],
  },
} satisfies ReturnType<ReturnType<typeof createFakeChat>['$view']['get']>

// What is loaded on demand comes from the disk here, and a busy one may take longer than a test waits.
beforeAll(() => Promise.all([import('./mail.tsx'), import('../thread/messages.tsx')]))

afterEach(() => {
  vi.useRealTimers()
  for (const mounted of open.splice(0)) mounted.destroy()
  document.documentElement.querySelector('test-host')?.remove()
  localStorage.clear()
})

const asked = (over = {}) => message({ text: 'Hello', mine: true, at: Date.now(), ...over })

async function mount(
  fake = createFakeChat([asked()]),
  { resume = '', ...over }: Partial<WidgetConfig> & { resume?: string } = {},
) {
  const host = document.createElement('test-host')
  document.documentElement.append(host)
  const root = host.attachShadow({ mode: 'open' })
  const launcher = document.createElement('button')
  root.append(launcher)
  const config: WidgetConfig = { site: 'acme', name: 'Acme', entry: '', locale: 'en', ...over }
  const context = { config, base: 'https://chat.example/', root, launcher, emit: () => {} }
  const chat = await mountChat({ ...context, ...(resume && { resume }) }, fake.chat)
  open.push(chat)
  const find = (selector: string) => {
    const found = root.querySelector<HTMLElement>(selector)
    if (!found) throw new Error(`there is no ${selector}`)
    return found
  }
  return {
    fake,
    chat,
    root,
    find,
    words: (id = 'mail') => root.querySelector(`#${id}`)?.textContent ?? null,
    form: () => root.querySelector<HTMLFormElement>('.card form'),
    enter(text: string) {
      fireEvent.input(find('[type=email]'), { target: { value: text } })
      fireEvent.submit(find('.card form'))
    },
  }
}

/** A chat in which somebody waits while nobody is there. */
async function mountWaiting(over: Parameters<typeof mount>[1] = {}) {
  const fake = createFakeChat([asked()])
  fake.$hasMail.set(true)
  fake.$availability.set('away')
  const mounted = await mount(fake, over)
  mounted.chat.open()
  fake.$status.set('none')
  fake.$status.set('open')
  await vi.waitFor(() => expect(mounted.form()).not.toBeNull())
  return mounted
}

test('[EM100] a site without mail asks nobody, and loads nothing for it', async () => {
  const { fake, words } = await mount()
  fake.$availability.set('away')
  fake.conversation.send({ text: 'Anybody there?' })
  await vi.waitFor(() => expect(fake.calls).toContain('send Anybody there?'))
  expect(words()).toBeNull()
})

test('[EM102] who waits while nobody is there is asked at once, and told why', async () => {
  const { words, root } = await mountWaiting()
  expect(words()).toBe(WORDS.mailWhy)
  expect(root.querySelector('[type=email]')?.getAttribute('autocomplete')).toBe('email')
})

test('[EM102] who waits while somebody is there is asked after a minute; an answer ends it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  const fake = createFakeChat([asked({ n: null, status: 'sending' })])
  fake.$hasMail.set(true)
  fake.$availability.set('online')
  const { form, words } = await mount(fake)
  fake.$status.set('none')
  fake.$status.set('open')
  await vi.waitFor(() => expect(words()).toBe(''))
  // What is not stored nobody can answer.
  await vi.advanceTimersByTimeAsync(120_000)
  expect(form()).toBeNull()
  fake.$messages.set([asked({ at: Date.now() })])
  await vi.advanceTimersByTimeAsync(59_000)
  expect(form()).toBeNull()
  await vi.advanceTimersByTimeAsync(1_100)
  expect(form()).not.toBeNull()
  fake.receive({ text: 'Good day' })
  await vi.advanceTimersByTimeAsync(100)
  expect(form()).toBeNull()
  expect(words()).toBe('')
})

test('[EM102] nobody is asked whose address is known, who wants no mail, or whose conversation is closed', async () => {
  const { fake, form, words } = await mountWaiting()
  fake.$status.set('closed')
  await vi.waitFor(() => expect(form()).toBeNull())
  fake.$status.set('open')
  await vi.waitFor(() => expect(form()).not.toBeNull())
  fake.$address.set({ email: ANA, isVerified: true })
  await vi.waitFor(() => expect(words()).toContain(ANA))
  expect(form()).toBeNull()
  fake.$view.set(VIEW)
  await vi.waitFor(() => expect(words()).toBe(''))
  fake.$address.set(null)
  expect(form()).toBeNull()
})

test('[EM103] what is no address is told, stays in the field, and is not sent', async () => {
  const { enter, fake, find, root } = await mountWaiting()
  for (const wrong of ['', 'ana', 'ana@example', 'a b@example.com', 'ana@example.com, eve@example.com']) {
    enter(wrong)
    await vi.waitFor(() => expect(find('#mail-problem').textContent).toBe(WORDS.mailWrong))
    expect(root.querySelector<HTMLInputElement>('[type=email]')?.value).toBe(wrong)
    expect(find('[type=email]').getAttribute('aria-invalid')).toBe('true')
  }
  expect(fake.calls.filter((call) => call.startsWith('giveAddress'))).toEqual([])
  expect(root.activeElement).toBe(find('[type=email]'))
})

test('[EM104] [EM106] where mail will go is said once it is stored, and can be changed', async () => {
  const { enter, fake, find, form, words, root } = await mountWaiting()
  let store = (): void => {}
  const stored = new Promise<void>((resolve) => (store = resolve))
  fake.setGiveAddress(async (email) => {
    await stored
    fake.$address.set({ email, isVerified: false })
  })
  enter(` ${ANA} `)
  await vi.waitFor(() => expect(words()).toContain('Saving'))
  expect(fake.calls).toContain(`giveAddress ${ANA}`)
  expect(form()).toBeNull()
  expect(root.activeElement).toBe(find('textarea'))
  store()
  await vi.waitFor(() => expect(words()).toContain('We will write to'))
  expect(words()).toContain(ANA)
  expect(root.activeElement).toBe(find('textarea'))
  find('.change').click()
  await vi.waitFor(() => expect(root.activeElement).toBe(find('[type=email]')))
  expect(root.querySelector<HTMLInputElement>('[type=email]')?.value).toBe(ANA)
  find('.dismiss').click()
  await vi.waitFor(() => expect(words()).toContain('We will write to'))
})

test('[EM103] [EM104] an address that the server refuses is back in the field, with the reason', async () => {
  const { enter, fake, find } = await mountWaiting()
  for (const [code, words] of [
    ['invalid', WORDS.mailWrong],
    ['forbidden', WORDS.mailFailed],
  ] as const) {
    fake.setGiveAddress(() => Promise.reject(new PendopoError(code, 'as the test wants it')))
    enter(ANA)
    await vi.waitFor(() => expect(find('#mail-problem').textContent).toBe(words))
  }
})

test('[EM105] [EM106] who does not want it is left in peace, on the next page too, and not in the next conversation', async () => {
  const first = await mountWaiting()
  first.find('.dismiss').focus()
  first.find('.dismiss').click()
  await vi.waitFor(() => expect(first.form()).toBeNull())
  expect(first.root.activeElement).toBe(first.find('textarea'))
  first.fake.conversation.send({ text: 'More' })
  first.chat.destroy()
  const next = await mount(first.fake)
  await vi.waitFor(() => expect(next.words()).toBe(''))
  expect(next.form()).toBeNull()
  first.fake.$status.set('closed')
  next.chat.destroy()
  await mountWaiting()
})

test('[EM106] the question takes no focus from the field', async () => {
  const fake = createFakeChat([asked()])
  fake.$hasMail.set(true)
  const { chat, find, form, root } = await mount(fake)
  chat.open()
  await vi.waitFor(() => expect(root.activeElement).toBe(find('textarea')))
  fake.$availability.set('away')
  fake.$status.set('none')
  fake.$status.set('open')
  await vi.waitFor(() => expect(form()).not.toBeNull())
  expect(root.activeElement).toBe(find('textarea'))
})

test('[EM107] a message by e-mail says so, and begins a group of its own', async () => {
  const at = Date.now()
  const fake = createFakeChat([message({ text: 'Here', at }), message({ text: 'There', at: at + 1_000, mail: {} })])
  const { root } = await mount(fake)
  await vi.waitFor(() => expect(root.querySelectorAll('.meta')).toHaveLength(2))
  const [here, there] = [...root.querySelectorAll('.meta')].map(({ textContent }) => textContent)
  expect(here).not.toContain('by e-mail')
  expect(there).toContain('by e-mail')
})

test('[EM110] a link that is spent is told in one sentence, which can be put away', async () => {
  const fake = createFakeChat()
  fake.setResume(() => Promise.reject(new PendopoError('not_found', 'as the test wants it')))
  const { words, find } = await mount(fake, { resume: 'token-1' })
  await vi.waitFor(() => expect(words('link')).toBe(WORDS.linkSpent))
  expect(fake.calls).toContain('resume token-1')
  find('.dismiss').click()
  await vi.waitFor(() => expect(words('link')).toBe(''))
})

test('[EM110] a network that stumbles is tried again; in the end it is told', async () => {
  const waits: number[] = []
  const wait = async (ms: number) => void waits.push(ms)
  const faults = [
    new TypeError('the chunk did not come'),
    new PendopoError('unavailable', 'down', { retryAfter: 5_000 }),
  ]
  const resume = async () => {
    const fault = faults.shift()
    if (fault) throw fault
  }
  expect(await openLink({ resume }, 'token', wait)).toBeNull()
  expect(waits).toEqual([1_000, 5_000])
  const down = () => Promise.reject(new PendopoError('unavailable', 'down'))
  expect(await openLink({ resume: down }, 'token', wait)).toBe('failed')
  const refused = () => Promise.reject(new PendopoError('origin_refused', 'no'))
  waits.length = 0
  expect(await openLink({ resume: refused }, 'token', wait)).toBe('failed')
  expect(waits).toEqual([])
})

test('[EM112] a logout takes what is half written and the wish not to be asked with it', async () => {
  const { fake, find, form, root } = await mountWaiting()
  fireEvent.input(find('[type=email]'), { target: { value: ANA } })
  fake.$connection.set('online')
  fake.$messages.set([])
  fake.$status.set('none')
  fake.$connection.set('idle')
  await vi.waitFor(() => expect(form()).toBeNull())
  fake.$messages.set([asked()])
  fake.$status.set('open')
  await vi.waitFor(() => expect(root.querySelector<HTMLInputElement>('[type=email]')?.value).toBe(''))
  find('.dismiss').click()
  await vi.waitFor(() => expect(form()).toBeNull())
  fake.$connection.set('online')
  fake.$connection.set('idle')
  expect(localStorage).toHaveLength(0)
})
