// Drafts of every kind as a real site would send them, to start tests from.

import type {
  ComposedDraft,
  ConfirmDraft,
  MailDraft,
  MailMessage,
  ReplyDraft,
  TranscriptDraft,
} from '../mail/outbound/mail-draft.ts'

export const MAIL_DATE = Date.UTC(2025, 4, 5, 7, 12)

const MINUTE_MS = 60_000

const common = {
  site: { name: 'Kopi Senja', accent: '#8a4b2d', url: 'https://kopi.example' },
  locale: 'en-GB',
  timeZone: 'Asia/Jakarta',
  from: { address: 'hello@kopi.example' },
  replyTo: { address: 'r+k3vq8x2m@in.kopi.example' },
  returnPath: 'bounce+k3vq8x2m@in.kopi.example',
  messageId: '<m.0196a1f0c3d4.k3vq8x2m@in.kopi.example>',
  date: MAIL_DATE,
  loopId: 'k3vq8x2m',
} as const

const from = (side: 'team' | 'visitor', name: string, minutesAgo: number, text: string): MailMessage => ({
  author: { side, name },
  at: MAIL_DATE - minutesAgo * MINUTE_MS,
  text,
})

const asked = from('visitor', 'Dewi', 14, 'Hi, do you ship the *Gayo* beans to Surabaya? And how long does it take?')
const answered: readonly MailMessage[] = [
  from(
    'team',
    'Ayu Lestari',
    7,
    'We do, Dewi. Orders before **3 pm** leave the same day, and Surabaya takes two days.\n\nThe prices are here: https://kopi.example/shipping',
  ),
  {
    ...from('team', 'Ayu Lestari', 4, 'This is the list with all our beans, the Gayo is on page 2.'),
    files: [
      {
        name: 'Kopi Senja, beans and prices 2025.pdf',
        size: 348_200,
        url: 'https://kopi.example/chat/files/0196a1?expires=1746500000000&signature=Zx8',
      },
    ],
  },
]

export const replyDraft = (changes: Partial<ReplyDraft> = {}): ReplyDraft => ({
  ...common,
  kind: 'reply',
  to: { address: 'dewi@mail.example', name: 'Dewi' },
  agent: { name: 'Ayu' },
  messages: answered,
  recap: [asked],
  resumeUrl: 'https://kopi.example/chat/resume?token=Jm2s7YwP0qkT4n',
  unsubscribeUrl: 'https://kopi.example/chat/unsubscribe?token=p9Lx03',
  unsubscribeMail: 'unsubscribe+k3vq8x2m@in.kopi.example',
  ...changes,
})

export const composedDraft = (changes: Partial<ComposedDraft> = {}): ComposedDraft => ({
  ...common,
  kind: 'composed',
  to: [{ address: 'dewi@mail.example', name: 'Dewi' }],
  cc: [{ address: 'stock@kopi.example', name: 'Stock' }],
  bcc: [{ address: 'archive@kopi.example' }],
  agent: { name: 'Ayu Lestari' },
  subject: 'Your order 20418',
  text: 'Good morning Dewi,\n\nyour beans left us today. The number of the parcel is `JNE-8841-2207`, and you can follow it at [the carrier](https://carrier.example/JNE-8841-2207).\n\nPlease tell me if the bag is **not sealed** when it arrives.',
  inReplyTo: '<CAB+8d@mail.example>',
  references: ['<first@mail.example>'],
  files: [{ name: 'invoice-20418.pdf', size: 48_210, url: 'https://kopi.example/chat/files/0196b2?signature=Qq1' }],
  quoted: {
    author: 'Dewi',
    at: MAIL_DATE - 900 * MINUTE_MS,
    text: 'Hello,\n\nwhen will my order arrive?\n\nDewi',
  },
  ...changes,
})

export const confirmDraft = (changes: Partial<ConfirmDraft> = {}): ConfirmDraft => ({
  ...common,
  kind: 'confirm-address',
  to: { address: 'dewi@mail.example' },
  returnPath: null,
  code: '481 630'.replace(' ', '-'),
  confirmUrl: 'https://kopi.example/chat/confirm?token=T0k3n',
  holdsMinutes: 30,
  ...changes,
})

export const transcriptDraft = (changes: Partial<TranscriptDraft> = {}): TranscriptDraft => ({
  ...common,
  kind: 'transcript',
  to: { address: 'dewi@mail.example', name: 'Dewi' },
  messages: [
    from('visitor', 'Dewi', 1_500, 'Good evening'),
    from('team', 'Ayu Lestari', 1_490, 'Good evening, how can we help?'),
    asked,
    ...answered,
  ],
  resumeUrl: 'https://kopi.example/chat/resume?token=Jm2s7YwP0qkT4n',
  ...changes,
})

/** The reply to a visitor who writes Arabic, with a Latin name and word among it. */
export const arabicReplyDraft = (): ReplyDraft =>
  replyDraft({
    locale: 'ar',
    timeZone: 'Asia/Riyadh',
    agent: { name: 'Ayu' },
    messages: [
      from(
        'team',
        'Ayu',
        7,
        'نعم، نشحن حبوب **Gayo** إلى جدة خلال أربعة أيام.\nالأسعار هنا: https://kopi.example/shipping',
      ),
      { ...answered[1], ...from('team', 'Ayu', 4, 'وهذه قائمة بكل أنواع القهوة لدينا.') },
    ],
    recap: [from('visitor', 'نورة', 14, 'مرحبًا، هل تشحنون إلى جدة؟')],
  })

export const everyDraft = (): Readonly<Record<string, MailDraft>> => ({
  reply: replyDraft(),
  'reply in Arabic': arabicReplyDraft(),
  composed: composedDraft(),
  'confirm-address': confirmDraft(),
  'confirm-address in Arabic': confirmDraft({ locale: 'ar' }),
  'confirm-address in Indonesian': confirmDraft({ locale: 'id-ID', site: { name: 'Toko Biru', accent: '#ffd400' } }),
  transcript: transcriptDraft(),
})
