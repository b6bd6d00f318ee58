// What the widget can look like, each with the chat that brings it about.

import { PendopoError, type ThreadItem } from '@pendopo/sdk'
import { AYU, createFakeChat, message } from '../src/testing/fake-chat.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const noon = new Date().setHours(12, 0, 0, 0)

interface State {
  readonly fake: ReturnType<typeof createFakeChat>
  readonly isOpen: boolean
  readonly resume?: string
}

const talk = (): ThreadItem[] => [
  message({ text: 'Hi! Is the teak table in the photo still available?', mine: true, at: noon - DAY, status: 'read' }),
  message({ text: 'The big one, 220 cm', mine: true, at: noon - DAY + 20_000, status: 'read' }),
  message({ text: 'Hello, good that you ask.', at: noon - DAY + 3 * MINUTE }),
  message({
    text: 'We have *two* left in the workshop. Here they are: https://rumahkayu.example/tables/220',
    at: noon - DAY + 3 * MINUTE + 20_000,
  }),
  message({
    text: 'Lovely, thank you. Can it be delivered on a Saturday?',
    mine: true,
    at: noon - 20 * MINUTE,
    status: 'read',
  }),
  message({
    text: 'Yes. Saturday delivery costs **40 €** within the city; the order code is `RK-2207`.',
    at: noon - 18 * MINUTE,
  }),
  message({ text: '👍🎉', mine: true, at: noon - 17 * MINUTE, status: 'stored' }),
]

const LONG_TALK = [
  'How long does oiling take?',
  'About a day. The oil has to soak in, and we polish twice.',
  'And can I do it myself later on?',
  'Of course. Once a year is enough, with a soft cloth. We send a small bottle along, and a sheet that explains it step by step, so that nothing can go wrong.',
  'Great',
  'Anything else you would like to know?',
]

const long = (count: number): ThreadItem[] =>
  Array.from({ length: count }, (_, index) => {
    const mine = index % 2 === 0
    return message({
      text: `${LONG_TALK[index % 6]} (${index + 1})`,
      mine,
      at: noon - (count - index) * 3 * MINUTE,
      status: 'read',
    })
  })

const arabic = (): ThreadItem[] => [
  message({ text: 'مرحبًا، هل الطاولة الكبيرة ما زالت متوفرة؟', mine: true, at: noon - 9 * MINUTE, status: 'read' }),
  message({ text: 'نعم، لدينا اثنتان. رقم الطلب RK-2207 والسعر 1,200 €.', at: noon - 7 * MINUTE }),
  message({ text: 'You can also write in English.', at: noon - 7 * MINUTE + 10_000 }),
  message({ text: 'شكرًا جزيلًا', mine: true, at: noon - 5 * MINUTE }),
]

/** A chat with an agent who is there. */
function chatWith(items: readonly ThreadItem[], isOpen = true): State {
  const fake = createFakeChat(items)
  fake.$availability.set('online')
  if (items.length > 0) fake.$agents.set([{ ...AYU, online: true }])
  return { fake, isOpen }
}

/** Somebody waits, and nobody is there: the card about e-mail. */
function waiting(locale: string, address: string | null = null): State {
  const question = locale === 'ar' ? 'هل يمكن التوصيل يوم السبت؟' : 'Can it be delivered on a Saturday?'
  const state = chatWith([...talk(), message({ text: question, mine: true, at: noon })])
  const { fake } = state
  fake.$agents.set([{ ...AYU, online: false }])
  fake.$hasMail.set(true)
  fake.$availability.set('away')
  if (address !== null) fake.$address.set({ email: address, isVerified: false })
  return state
}

export const STATES: Readonly<Record<string, (locale: string) => State>> = {
  closed: () => chatWith([], false),
  unread: () => {
    const state = chatWith(talk(), false)
    state.fake.$unread.set(2)
    return state
  },
  empty: () => chatWith([]),
  away: () => {
    const state = chatWith([])
    state.fake.$availability.set('away')
    return state
  },
  one: () => chatWith([message({ text: 'Hi! Is the teak table in the photo still available?', mine: true, at: noon })]),
  talk: (locale) => chatWith(locale === 'ar' ? arabic() : talk()),
  typing: () => {
    const state = chatWith(talk())
    state.fake.$typing.set([AYU])
    return state
  },
  long: () => chatWith(long(200)),
  huge: () => {
    const state = chatWith(long(50))
    let rest = 9_950
    state.fake.$hasOlder.set(true)
    state.fake.setOlder(() => {
      rest -= 50
      if (rest <= 0) state.fake.$hasOlder.set(false)
      return long(50).map((item) => ({ ...item, id: `${rest}-${item.id}`, at: item.at - (9_950 - rest) * 3 * MINUTE }))
    })
    return state
  },
  line: () => {
    const state = chatWith(long(30))
    const read = state.fake.$messages.get().at(-4)?.n ?? 0
    state.fake.$read.set(read)
    state.fake.$unread.set(2)
    return state
  },
  failed: () =>
    chatWith([
      ...talk(),
      message({ text: 'And one more question about the chairs', mine: true, status: 'failed', n: null, at: noon }),
    ]),
  sending: () =>
    chatWith([...talk(), message({ text: 'One moment please', mine: true, status: 'sending', n: null, at: noon })]),
  offline: () => {
    const state = chatWith([
      ...talk(),
      message({ text: 'Are you still there?', mine: true, status: 'sending', n: null, at: noon }),
    ])
    state.fake.$connection.set('offline')
    return state
  },
  closedTalk: () => {
    const state = chatWith([
      ...talk(),
      { type: 'event', id: 'e1', n: 90, kind: 'conversation.closed', at: noon, actor: AYU, data: {}, page: null },
    ])
    state.fake.$status.set('closed')
    return state
  },
  mail: (locale) => waiting(locale),
  mailGiven: (locale) => waiting(locale, 'ana.maria.kartika.lestari@very-long-company-name.example.com'),
  mailSpent: () => {
    const state = chatWith([])
    state.fake.setResume(() => Promise.reject(new PendopoError('not_found', 'the link was used')))
    return { ...state, resume: 'token' }
  },
  byMail: () =>
    chatWith([
      ...talk(),
      message({
        text: 'I am back by e-mail: Saturday suits me well.',
        mine: true,
        at: noon,
        via: 'mail',
        status: 'read',
      }),
      message({ text: 'Saturday it is.', at: noon + MINUTE, via: 'mail' }),
    ]),
  hard: () =>
    chatWith([
      message({ text: 'w'.repeat(2_000).slice(0, 700), mine: true, at: noon - 20 * MINUTE }),
      message({ text: Array.from({ length: 12 }, (_, line) => `Line ${line + 1}`).join('\n'), at: noon - 10 * MINUTE }),
      message({
        text: 'A word of عربي in English, and\n```js\nconst x = <img src=x onerror=alert(1)>\n```',
        at: noon - 5 * MINUTE,
      }),
      message({ text: 'مرحبا بك في website.com الجديد', mine: true, at: noon - 4 * MINUTE }),
      message({ text: '😀', at: noon - MINUTE }),
      message({ text: null, at: noon - MINUTE + 1_000 }),
    ]),
}
