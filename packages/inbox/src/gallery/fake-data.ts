// People and words for the gallery, the same on every run.

import type { Row, ThreadAuthor, ThreadEvent, ThreadItem, ThreadMessage } from '@pendopo/sdk/inbox'
import { AYU, COLLEAGUES } from './fake-inbox.ts'
import { makeMail } from './fake-mail.ts'
import type { FakeThread } from './fake-conversation.ts'

const MINUTE_MS = 60_000

const PEOPLE = [
  ['Nadia Rahman', 'nadia@harbour.example', 'Hi, does the harbour tour still run when it rains?'],
  ['Lukas Brandt', 'lukas.brandt@mail.example', 'The invoice shows the old address. Can you send a new one?'],
  ['ليلى منصور', undefined, 'مرحبا، هل يمكنني تغيير موعد الحجز إلى يوم الخميس؟'],
  ['', undefined, 'is anybody there'],
  ['Chidi Eze', 'chidi@eze.example', 'Perfect, thank you so much. That solved it.'],
  ['Marta Kowalczyk', undefined, 'I paid twice by accident, order 10482.'],
  ['山田 花子', 'hanako@yamada.example', '配送はいつ頃になりますか？'],
  [
    'Jean-Luc van der Berg',
    'jl@vdb.example',
    'One more question about the group discount, we would be fourteen people and two dogs.',
  ],
  ['Putri Ayuningtyas', undefined, 'Baik kak, terima kasih infonya'],
  ['Sam Whitfield', 'sam@whitfield.example', 'https://acme.example/orders/9921 gives me an error'],
] as const

const PAGES = [
  { url: 'https://acme.example/tours/harbour', title: 'Harbour tour by night' },
  { url: 'https://acme.example/pricing', title: 'Pricing' },
  { url: 'https://acme.example/', title: 'Acme' },
] as const

const idOf = (index: number, kind: number) =>
  `0197b${kind}00-0000-7000-8000-${(index * 7_919 + 1).toString(16).padStart(12, '0')}`

export function makeRows(count: number, now: number): readonly Row[] {
  return Array.from({ length: count }, (_, index): Row => {
    const [name, email, text] = PEOPLE[index % PEOPLE.length] ?? PEOPLE[0]
    const answered = index % 5 === 1 || index % 5 === 4
    const movedAt = now - (index < 4 ? index * 2 * MINUTE_MS + 40_000 : index * index * MINUTE_MS)
    return {
      id: idOf(index, 1),
      n: 40,
      status: index % 17 === 16 ? 'closed' : 'open',
      contact: {
        id: idOf(index, 2),
        name: index < PEOPLE.length ? name : name && `${name} ${index}`,
        ...(email !== undefined && { email }),
      },
      site: 'acme',
      assignee: index % 3 === 0 ? AYU.id : index % 3 === 1 ? null : (COLLEAGUES[1 + (index % 3)]?.id ?? null),
      team: null,
      movedAt,
      waitingSince: answered ? null : movedAt,
      last: {
        text: answered ? 'You are welcome. I have sent it to your address just now.' : text,
        at: movedAt,
        direction: answered ? 'out' : 'in',
      },
      unread: answered || index % 4 === 3 ? 0 : (index % 3) + 1,
      online: index % 4 === 0,
      page: PAGES[index % PAGES.length] ?? null,
      lastActiveAt: movedAt,
    }
  })
}

const AYU_AUTHOR: ThreadAuthor = { kind: 'self', id: AYU.id, name: AYU.name }
const DEWI: ThreadAuthor = { kind: 'agent', id: COLLEAGUES[1]?.id ?? '', name: 'Dewi Anggraini' }

/** Builds a thread line by line; time goes on with each. */
class ThreadMaker {
  readonly items: ThreadItem[] = []
  #at: number
  readonly #contact: ThreadAuthor

  constructor(row: Row, start: number) {
    this.#at = start
    this.#contact = { kind: 'contact', id: row.contact.id, name: row.contact.name }
  }

  after(minutes: number): this {
    this.#at += minutes * MINUTE_MS
    return this
  }

  say(who: 'contact' | 'ayu' | 'dewi', text: string, over: Partial<ThreadMessage> = {}): this {
    const author = who === 'contact' ? this.#contact : who === 'ayu' ? AYU_AUTHOR : DEWI
    const n = this.items.length + 1
    const base: ThreadMessage = {
      type: 'message',
      id: `m${n}`,
      n,
      author,
      mine: who === 'ayu',
      text,
      at: this.#at,
      status: who === 'contact' ? 'stored' : 'read',
      error: null,
      editedAt: null,
      replyTo: null,
    }
    this.items.push({ ...base, ...over })
    this.#at += 15_000
    return this
  }

  event(
    kind: string,
    who: 'contact' | 'ayu' | 'dewi',
    data: ThreadEvent['data'] = {},
    page: ThreadEvent['page'] = null,
    words?: ThreadEvent['words'],
  ): this {
    const actor = who === 'contact' ? this.#contact : who === 'ayu' ? AYU_AUTHOR : DEWI
    const n = this.items.length + 1
    const event: ThreadEvent = { type: 'event', id: `e${n}:${n}`, n, kind, at: this.#at, actor, data, page }
    this.items.push(words === undefined ? event : { ...event, words })
    return this
  }

  unsupported(): this {
    const n = this.items.length + 1
    const raw = {
      n,
      kind: 'poll.started',
      id: idOf(n, 3),
      actor: { kind: 'agent' as const, id: DEWI.id },
      at: this.#at,
      data: { question: 'Which day suits you?', options: ['Thursday', 'Friday'] },
    }
    this.items.push({ type: 'unsupported', id: `u${n}`, n, kind: raw.kind, at: this.#at, raw })
    return this
  }
}

/** One day of help, with everything that can happen in it. */
export function makeThread(row: Row, now: number): FakeThread {
  const maker = new ThreadMaker(row, now - 26 * 60 * MINUTE_MS)
  maker
    .event('conversation.opened', 'contact', { locale: 'id-ID' }, PAGES[2])
    .say('contact', 'Hello! Is it possible to book the harbour tour for Saturday?')
    .say('contact', 'We are two adults and one child.')
    .after(2)
    .event('conversation.assigned', 'dewi', { agent: DEWI.id, by: 'answer' })
    .say('dewi', 'Good morning Nadia, yes: there are places at 17:30 and at 20:00. Children under six come for free.')
    .after(4)
    .event('page.changed', 'contact', {}, PAGES[1])
    .event('page.changed', 'contact', {}, PAGES[0])
    .say('contact', 'Wonderful. 17:30 then, please.')
    .after(1)
    .event('conversation.assigned', 'dewi', { agent: AYU.id, by: 'agent' })
    .say(
      'ayu',
      'Booked: Saturday, 17:30, two adults and one child. The tickets are here: https://acme.example/tickets/88214.',
    )
    .say('ayu', 'Anything else I can do for you?')
    .after(3)
    .say('contact', 'No, thank you!')
    .after(2)
    .event('conversation.closed', 'ayu', { by: 'agent', reason: 'Booked' })
    .after(24 * 60)
    .event('conversation.reopened', 'contact', { by: 'contact', episode: 2 })
    .say('contact', 'Hi, me again. Does the tour still run when it rains?')
    .say('contact', 'The forecast does not look good.')
    .after(2)
    .unsupported()
    .say('ayu', 'It does: the boat has a roof, and we lend umbrellas for the walk to the pier.', { status: 'stored' })
    .say('ayu', 'In a storm we move you to Sunday at no cost.', { status: 'stored' })
  const unreadFrom = maker.items.length
  maker
    .after(6)
    .say('contact', 'That is lovely.')
    .say('contact', 'And can we bring our dog? He is small and very polite.')
  return {
    items: maker.items,
    read: unreadFrom,
    typing: [{ kind: 'contact', id: row.contact.id, name: row.contact.name }],
  }
}

/** A conversation that goes on by e-mail, with a mail that waits for a decision. */
export function makeMailThread(row: Row, now: number): FakeThread {
  const maker = new ThreadMaker(row, now - 90 * MINUTE_MS)
  const email = 'nadia@harbour.example'
  const subject = 'Your question about the harbour tour'
  maker
    .event('conversation.opened', 'contact', {}, PAGES[2])
    .say('contact', 'Hello! Does the harbour tour still run when it rains?')
    .event('address.given', 'contact', { verified: false }, null, { email })
    .after(3)
    .say('ayu', 'It does: the boat has a roof, and we lend umbrellas for the walk to the pier.')
    .after(5)
    .event('mail.sent', 'dewi', { mail: 'p1', messages: [] })
    .after(20)
    .event('address.given', 'contact', { verified: true }, null, { email })
    .say('contact', 'Thank you. Saturday is fine.', {
      mail: {
        subject: `Re: ${subject}`,
        from: { address: email, name: 'Nadia Rahman' },
        to: ['help@acme.example'],
        cc: ['rafi@harbour.example'],
        original: 'file-1',
      },
    })
    .after(4)
    .say('ayu', 'Then we look forward to Saturday. The tickets are in the attachment.', {
      mail: { subject: `Re: ${subject}`, cc: ['rafi@harbour.example'] },
      status: 'stored',
    })
    .event('mail.failed', 'dewi', { mail: 'p2', messages: [], why: 'refused' }, null, {
      text: '550 5.7.1 Message rejected due to local policy',
    })
    .after(12)
  const held = maker.items.length + 1
  maker.event('mail.held', 'contact', { why: 'not_authenticated', messageId: '<1@x>' }, null, {
    text: 'Hello, this is Rafi, Nadia’s husband. Could you change the tickets to Sunday? My number is below.',
    mail: { subject: `Re: ${subject}`, from: { address: 'rafi@harbour.example', name: 'Rafi' }, original: 'file-2' },
  })
  return { items: maker.items, mail: makeMail({ held: [`e${held}`], subject }) }
}

/** Many messages, most of them older than what is loaded. */
export function makeLongThread(row: Row, now: number, count = 300): FakeThread {
  const maker = new ThreadMaker(row, now - count * 3 * MINUTE_MS)
  for (let index = 0; index < count; index++) {
    maker
      .after(index % 3)
      .say(
        index % 4 < 2 ? 'contact' : 'ayu',
        `${index + 1}. ${'A line about the order and what became of it. '.repeat((index % 5) + 1).trim()}`,
      )
  }
  return { items: maker.items.slice(-50), older: maker.items.slice(0, -50) }
}

/** What real people write: nothing fits. */
export function makeHardThread(row: Row, now: number): FakeThread {
  const maker = new ThreadMaker(row, now - 30 * MINUTE_MS)
  maker
    .say('contact', 'a'.repeat(2_000))
    .say('ayu', 'مرحبا ليلى، تم تغيير الحجز رقم ABC-123 إلى يوم الخميس الساعة 17:30.')
    .say(
      'contact',
      'شكرا! The link https://acme.example/a/very/long/path?with=parameters&and=more is broken, يرجى التحقق',
    )
    .after(1)
    .say('contact', '🎉🎉🎉')
    .say('ayu', Array.from({ length: 12 }, (_, line) => `Line ${line + 1} of a long answer`).join('\n'))
    .say('contact', '<img src=x onerror=alert(1)> <b>not bold</b> javascript:alert(1)')
    .after(4)
    .say('ayu', 'This one is on its way.', { status: 'sending', n: null })
    .say('ayu', 'And this one did not get through.', { status: 'failed', n: null })
  return { items: maker.items, typing: [DEWI] }
}
