import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  arabicReplyDraft,
  composedDraft,
  confirmDraft,
  everyDraft,
  replyDraft,
  transcriptDraft,
} from '../../testing/mail-drafts.ts'
import { composeMail } from './compose.ts'
import type { MailMessage } from './mail-draft.ts'

/** What a reader sees of HTML, word by word. */
const wordsOfHtml = (html: string): string[] =>
  wordsOf(
    html
      .replace(/<head>.*<\/head>/s, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(
        /&(?:amp|lt|gt|quot|#39);/g,
        (entity) => ({ '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' })[entity] ?? "'",
      ),
  )
const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
const hrefsOf = (html: string): string[] =>
  [...html.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'))

const said = (text: string, changes: Partial<MailMessage> = {}): MailMessage => ({
  author: { side: 'team', name: 'Ayu' },
  at: replyDraft().date,
  text,
  ...changes,
})

describe.each(Object.entries(everyDraft()))('%s', (_name, draft) => {
  const mail = composeMail(draft)

  it('[EM40] is the same mail each time, as plain data', () => {
    const again = composeMail(structuredClone(draft))
    expect(again).toEqual(mail)
    expect(JSON.parse(JSON.stringify(mail))).toEqual(mail)
  })

  it('[EM44] says the same in both parts, the text part with its addresses in full', () => {
    const html = new Set(wordsOfHtml(mail.html))
    const text = new Set(wordsOf(mail.text))
    expect([...html].filter((word) => !text.has(word))).toEqual([])
    // What only the text part shows are the addresses behind links.
    const addresses = new Set(hrefsOf(mail.html).flatMap(wordsOf))
    expect([...text].filter((word) => !html.has(word) && !addresses.has(word))).toEqual([])
    // Only what is quoted has a mark.
    expect(mail.text).not.toMatch(/<|(?<!^)>/m)
    const written = hrefsOf(mail.html).filter((href) => href !== 'https://kopi.example/')
    for (const href of written) expect(mail.text).toContain(href)
  })

  it('[EM45] is made of plain elements, and loads nothing', () => {
    const tags = new Set([...mail.html.matchAll(/<\/?([a-z0-9]+)/g)].map(([, tag]) => tag))
    for (const tag of ['script', 'img', 'link', 'iframe', 'form', 'table', 'svg', 'base'])
      expect(tags).not.toContain(tag)
    expect(mail.html).not.toMatch(/url\(|@import|\ssrc=|\son\w+=/)
    for (const href of hrefsOf(mail.html)) expect(href).toMatch(/^(?:https?|mailto|tel):/)
  })

  it('[EM49] says that it is automatic where it is, and never how urgent', () => {
    const isAutomatic = draft.kind !== 'composed'
    expect(mail.headers['Auto-Submitted']).toBe(isAutomatic ? 'auto-generated' : undefined)
    expect(mail.headers['X-Auto-Response-Suppress']).toBe(isAutomatic ? 'All' : undefined)
    expect(mail.headers['X-Pendopo-Loop']).toBe(draft.loopId)
    expect(mail.headers).not.toHaveProperty('Precedence')
  })
})

describe('a reply', () => {
  const mail = composeMail(replyDraft())

  it('[EM47] holds the messages with author and time, files as links, and what came before', () => {
    expect(mail.text).toMatchInlineSnapshot(`
      "Kopi Senja

      New from Ayu Lestari

      Ayu Lestari, 14:05
      We do, Dewi. Orders before *3 pm* leave the same day, and Surabaya takes two days.

      The prices are here: https://kopi.example/shipping

      Ayu Lestari, 14:08
      This is the list with all our beans, the Gayo is on page 2.
      Kopi Senja, beans and prices 2025.pdf (348 kB):
      https://kopi.example/chat/files/0196a1?expires=1746500000000&signature=Zx8

      Continue in the chat:
      https://kopi.example/chat/resume?token=Jm2s7YwP0qkT4n

      Or simply answer this e-mail.

      Earlier in this conversation

      You, 13:58
      Hi, do you ship the _Gayo_ beans to Surabaya? And how long does it take?

      --
      You get this e-mail because you left your address in the chat of Kopi Senja.
      No more e-mails about this conversation:
      https://kopi.example/chat/unsubscribe?token=p9Lx03
      "
    `)
  })

  it('[EM47] holds nothing earlier unless it is given', () => {
    const { html, text } = composeMail({ ...replyDraft(), recap: [] })
    for (const part of [html, text]) {
      expect(part).not.toContain('Gayo* beans')
      expect(part).not.toContain('Earlier')
      expect(part).not.toContain('Surabaya? And')
    }
  })

  it('[EM47] tells the day of what is of another day, and the zone where the reader’s is not known', () => {
    const yesterday = said('Hello', { at: replyDraft().date - 86_400_000 })
    expect(composeMail(replyDraft({ messages: [yesterday] })).text).toContain('Ayu, 4 May 2025, 14:12')
    const { timeZone: _, ...rest } = replyDraft({ messages: [said('Hello')] })
    expect(composeMail(rest).text).toContain('Ayu, 07:12 UTC')
    expect(composeMail({ ...rest, timeZone: 'Mars/Base' }).text).toContain('Ayu, 07:12 UTC')
    expect(composeMail({ ...rest, locale: 'en-US', timeZone: 'Asia/Jakarta' }).text).toMatch(/Ayu, 2:12\sPM/)
  })

  it('[EM47] names an author once for what follows within two minutes', () => {
    const { date } = replyDraft()
    const messages = [said('One'), said('Two', { at: date + 60_000 }), said('Three', { at: date + 300_000 })]
    expect(composeMail(replyDraft({ messages })).text.match(/^Ayu, /gm)).toHaveLength(2)
  })

  it('[EM44] is in the visitor’s language, with the agent’s name', () => {
    const named = (locale: string) => composeMail(replyDraft({ locale }))
    expect(named('en-GB').from).toEqual({ address: 'hello@kopi.example', name: 'Ayu at Kopi Senja' })
    expect(named('id-ID').from.name).toBe('Ayu dari Kopi Senja')
    expect(named('ar-SA').from.name).toBe('Ayu من Kopi Senja')
    expect(named('id').text).toContain('Lanjutkan di obrolan')
    for (const tag of ['fr', '', '-', 'xx_YY', '../..']) expect(named(tag).text).toContain('Continue in the chat')
    const { agent: _, ...nobody } = replyDraft()
    expect(composeMail(nobody).from.name).toBe('Kopi Senja')
    expect(composeMail(replyDraft({ from: { address: 'a@b.example', name: 'Support' } })).from.name).toBe('Support')
  })

  it('[EM44] runs from right to left in Arabic, names within it as runs of their own', () => {
    const { html, text, headers } = composeMail(arabicReplyDraft())
    expect(html).toContain('<html lang="ar" dir="rtl">')
    expect(text).toContain('رسالة جديدة من \u2068Ayu\u2069')
    expect(composeMail(replyDraft()).text).not.toMatch(/[\u2066-\u2069]/)
    expect(JSON.stringify(headers)).not.toMatch(/[\u2066-\u2069]/)
  })

  it('[EM50] can be unsubscribed from with one click', () => {
    expect(mail.headers).toMatchObject({
      'List-Unsubscribe':
        '<https://kopi.example/chat/unsubscribe?token=p9Lx03>, <mailto:unsubscribe%2Bk3vq8x2m@in.kopi.example>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    })
    const plain = composeMail(replyDraft({ unsubscribeUrl: 'http://localhost:8787/unsubscribe' })).headers
    expect(plain['List-Unsubscribe']).toContain('<http://localhost:8787/unsubscribe>')
    expect(plain).not.toHaveProperty('List-Unsubscribe-Post')
    const { unsubscribeUrl: _, unsubscribeMail: __, ...none } = replyDraft()
    expect(composeMail(none).headers).not.toHaveProperty('List-Unsubscribe')
  })

  it('[EM51] keeps its subject in the thread', () => {
    expect(mail.subject).toBe('Your conversation with Kopi Senja')
    const answer = { inReplyTo: '<a@b.example>' }
    expect(composeMail(replyDraft(answer)).subject).toBe('Re: Your conversation with Kopi Senja')
    expect(composeMail(replyDraft({ ...answer, subject: 'RE: Beans' })).subject).toBe('RE: Beans')
  })
})

describe('the thread of a mail', () => {
  it('[EM51] goes on from the mail that is answered', () => {
    const { messageId, inReplyTo, references } = composeMail(composedDraft())
    expect(messageId).toBe('<m.0196a1f0c3d4.k3vq8x2m@in.kopi.example>')
    expect(inReplyTo).toBe('<CAB+8d@mail.example>')
    expect(references).toEqual(['<first@mail.example>', '<CAB+8d@mail.example>'])
  })

  it('[EM51] leaves out what is no id', () => {
    const ids = [
      '',
      'a@b',
      '<a b@c>',
      '<a@b>\r\nBcc: x',
      '<a@b',
      '<é@b>',
      '<a@b@c>',
      `<${'a'.repeat(300)}@b>`,
      '<ok@b>',
    ]
    const { inReplyTo, references } = composeMail(composedDraft({ inReplyTo: '<a@b>\r\nX: y', references: ids }))
    expect(inReplyTo).toBeUndefined()
    expect(references).toEqual(['<ok@b>'])
  })

  it('[EM51] keeps its root and the newest where it is long', () => {
    const ids = Array.from({ length: 100 }, (_, index) => `<${index}@b.example>`)
    const { references } = composeMail(composedDraft({ inReplyTo: '<100@b.example>', references: ids }))
    expect(references).toHaveLength(20)
    expect([references[0], references.at(-1)]).toEqual(['<0@b.example>', '<100@b.example>'])
  })
})

describe('the envelope', () => {
  it('[EM52] has the return path and every recipient once', () => {
    const { envelope, to, cc } = composeMail(
      composedDraft({ bcc: [{ address: 'archive@kopi.example' }, { address: 'dewi@MAIL.example' }] }),
    )
    expect(envelope).toEqual({
      from: 'bounce+k3vq8x2m@in.kopi.example',
      to: ['dewi@mail.example', 'stock@kopi.example', 'archive@kopi.example'],
    })
    expect(JSON.stringify([to, cc])).not.toContain('archive')
  })

  it('[EM52] can have no return path', () => {
    expect(composeMail(confirmDraft()).envelope.from).toBe('')
  })
})

describe('a mail that an agent composes', () => {
  it('[EM53] shows Markdown, files, signature and the original', () => {
    const { html, text, subject } = composeMail(composedDraft())
    expect(subject).toBe('Your order 20418')
    expect(html).toContain('<strong>not sealed</strong>')
    expect(html).toMatch(/<blockquote[^>]*>Hello,<br><br>when will my order arrive\?/)
    expect(text).toMatchInlineSnapshot(`
      "Good morning Dewi,

      your beans left us today. The number of the parcel is JNE-8841-2207, and you can follow it at the carrier (https://carrier.example/JNE-8841-2207).

      Please tell me if the bag is *not sealed* when it arrives.

      invoice-20418.pdf (48 kB):
      https://kopi.example/chat/files/0196b2?signature=Qq1

      Ayu Lestari
      Kopi Senja

      On 4 May 2025, 23:12, Dewi wrote:
      > Hello,
      >
      > when will my order arrive?
      >
      > Dewi
      "
    `)
  })
})

describe('the mail that asks to confirm an address', () => {
  it('[EM48] holds nothing that a visitor wrote, whatever the draft brings along', () => {
    const written = 'Free pills at https://evil.example'
    const draft = {
      ...confirmDraft(),
      to: { address: 'dewi@mail.example', name: written },
      subject: written,
      agent: { name: written },
      replyTo: { address: 'r@kopi.example' },
      messages: [said(written)],
      recap: [said(written)],
      text: written,
      resumeUrl: 'https://evil.example',
    }
    const mail = JSON.stringify(composeMail(draft))
    expect(mail).not.toContain('pills')
    expect(mail).not.toContain('evil')
    expect(mail).toContain('481-630')
  })

  it('[EM48] has a code or a link, and neither can be a sentence', () => {
    const { code: _, confirmUrl: __, ...neither } = confirmDraft()
    expect(() => composeMail(neither)).toThrow('code and confirmUrl are both missing')
    expect(composeMail({ ...neither, code: '481630' }).text).toContain('481630')
    for (const code of ['call me', '1', 'A'.repeat(13), '12\n34', '<b>1</b>'])
      expect(() => composeMail(confirmDraft({ code }))).toThrow('code is not 4 to 12 digits or capitals')
  })
})

describe('a transcript', () => {
  it('[EM47] goes day by day', () => {
    const { text } = composeMail(transcriptDraft())
    expect(text.search(/Sunday,? 4 May 2025/)).toBeGreaterThan(0)
    expect(text.search(/Monday,? 5 May 2025/)).toBeGreaterThan(text.indexOf('how can we help?'))
  })
})

describe('what people wrote', () => {
  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '</div></body><h1>x',
    '"><a href="javascript:alert(1)">x</a>',
    '[x](javascript:alert(1))',
    '[x](data:text/html,y)',
    '&lt;b&gt; &amp;amp;',
    '<style>*{display:none}</style>',
    '<!-- --><![CDATA[x]]>',
    "' onmouseover='alert(1)",
  ])('[EM45] %s stays text', (typed) => {
    const { html, text } = composeMail(
      replyDraft({
        site: { name: typed, accent: typed },
        agent: { name: typed },
        messages: [
          said(typed, {
            author: { side: 'team', name: typed },
            files: [{ name: typed, size: 1, url: 'https://a.example/' }],
          }),
        ],
      }),
    )
    expect(text).toContain(typed)
    expect(html).not.toMatch(/<(?:script|img|style>\*|!--|!\[)/)
    expect(html).not.toMatch(/href="(?:javascript|data)/)
    expect(wordsOfHtml(html).join(' ')).toContain(wordsOf(typed).join(' '))
    expect(html.match(/<\/body>/g)).toHaveLength(1)
  })

  it('[EM45] adds no element, whatever it is', () => {
    const shape = (html: string): string => html.replace(/>[^<]*</g, '><')
    const harmless = shape(composeMail(replyDraft({ messages: [said('x')], recap: [] })).html)
    const piece = fc.constantFrom('<', '>', '"', "'", '&', '/', 'b', '=', '!', '-', ';', 'script', '\0', '\u202e')
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 30 }), (pieces) => {
        const { html } = composeMail(replyDraft({ messages: [said(`x${pieces.join('')}`)], recap: [] }))
        return shape(html) === harmless
      }),
      { numRuns: 150 },
    )
  })
})

describe('links of ours', () => {
  it.each(['javascript:alert(1)', '/relative', 'ftp://a.example', 'https://user@a.example', 'file:///etc/passwd', ''])(
    '[EM45] %j is refused',
    (url) => {
      const files = [{ name: 'a.pdf', size: 1, url }]
      expect(() => composeMail(replyDraft({ resumeUrl: url }))).toThrow('resumeUrl is not an http or https address')
      expect(() => composeMail(replyDraft({ unsubscribeUrl: url }))).toThrow('unsubscribeUrl is not')
      expect(() => composeMail(replyDraft({ messages: [said('x', { files })] }))).toThrow('files.url is not')
      expect(() => composeMail(confirmDraft({ confirmUrl: url }))).toThrow('confirmUrl is not')
    },
  )

  it('[EM55] a file given as a path or an address to fetch is refused', () => {
    for (const file of [{ path: '/etc/passwd' }, { href: 'http://169.254.169.254/' }, { content: 'x' }]) {
      const files = [Object.assign(JSON.parse('{"name":"a.pdf","size":1}'), file)]
      expect(() => composeMail(replyDraft({ messages: [said('x', { files })] }))).toThrow('files.url is not')
      expect(() => composeMail(composedDraft({ files }))).toThrow('files.url is not')
    }
  })
})
