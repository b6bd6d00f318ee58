import { expect, it } from 'vitest'
import { trimReply } from './trim-reply.ts'

const QUOTE = '> first\n> second'

it.each([
  'On Mon, 3 Nov 2025 at 14:05, Ayu <ayu@acme.example> wrote:',
  'On Mon, 3 Nov 2025 at 14:05, Ayu from a company with a long name <\nayu@acme.example> wrote:',
  'On 3 Nov 2025,\nat 14:05,\nAyu <ayu@acme.example>\nwrote:',
  'Le lun. 3 nov. 2025 à 14:05, Ayu <ayu@acme.example> a écrit :',
  'Am Mo., 3. Nov. 2025 um 14:05 Uhr schrieb Ayu <ayu@acme.example>:',
  'Am 03.11.2025 um 14:05 schrieb Ayu:',
  'Il giorno lun 3 nov 2025 alle ore 14:05 Ayu <ayu@acme.example> ha scritto:',
  'El lun, 3 nov 2025 a las 14:05, Ayu (<ayu@acme.example>) escribió:',
  'Em seg., 3 de nov. de 2025 às 14:05, Ayu <ayu@acme.example> escreveu:',
  'Op ma 3 nov 2025 om 14:05 schreef Ayu <ayu@acme.example>:',
  'Den mån 3 nov. 2025 kl 14:05 skrev Ayu <ayu@acme.example>:',
  'man. 3. nov. 2025 kl. 14.05 skrev Ayu <ayu@acme.example>:',
  'ma 3. marrask. 2025 klo 14.05 Ayu (ayu@acme.example) kirjoitti:',
  'pon., 3 lis 2025 o 14:05 Ayu <ayu@acme.example> napisał(a):',
  'po 3. 11. 2025 v 14:05 odesílatel Ayu <ayu@acme.example> napsal:',
  'пн, 3 нояб. 2025 г. в 14:05, Ayu <ayu@acme.example>:',
  'Ayu <ayu@acme.example>, 3 Kas 2025 Pzt, 14:05 tarihinde şunu yazdı:',
  'Pada Sen, 3 Nov 2025 pukul 14.05 Ayu <ayu@acme.example> menulis:',
  'Vào Th 2, 3 thg 11, 2025 vào lúc 14:05 Ayu <ayu@acme.example> đã viết:',
  '2025年11月3日(月) 14:05 Ayu <ayu@acme.example>:',
  'Ayu <ayu@acme.example> 于2025年11月3日周一 14:05写道：',
  '2025년 11월 3일 (월) 오후 2:05, Ayu <ayu@acme.example>님이 작성:',
  '\u202bבתאריך יום ב׳, 3 בנוב׳ 2025 ב-14:05 מאת \u202aAyu\u202c\u200f <\u202aayu@acme.example\u202c\u200f>:\u202c',
  '---- On Mon, 03 Nov 2025 14:05:00 +0700 Ayu <ayu@acme.example> wrote ----',
])('[EM20] the reply ends where the quote is announced: %s', (head) => {
  for (const quote of [QUOTE, 'first\n\nsecond']) {
    const trimmed = trimReply(`Terima kasih!\n\n${head}\n\n${quote}`)
    expect(trimmed.visible).toBe('Terima kasih!')
    expect(trimmed.quoted).toBe(`${head}\n\n${quote}`)
  }
})

it.each([
  ['From', 'Sent', 'To', 'Subject'],
  ['Von', 'Gesendet', 'An', 'Betreff'],
  ['De', 'Envoyé', 'À', 'Objet'],
  ['De', 'Enviado el', 'Para', 'Asunto'],
  ['De', 'Enviada em', 'Para', 'Assunto'],
  ['Da', 'Inviato', 'A', 'Oggetto'],
  ['Van', 'Verzonden', 'Aan', 'Onderwerp'],
  ['Fra', 'Sendt', 'Til', 'Emne'],
  ['Från', 'Skickat', 'Till', 'Ämne'],
  ['Lähettäjä', 'Lähetetty', 'Vastaanottaja', 'Aihe'],
  ['Od', 'Wysłano', 'Do', 'Temat'],
  ['Od', 'Odesláno', 'Komu', 'Předmět'],
  ['От', 'Отправлено', 'Кому', 'Тема'],
  ['Kimden', 'Gönderildi', 'Kime', 'Konu'],
  ['Dari', 'Dikirim', 'Kepada', 'Subyek'],
  ['发件人', '发送时间', '收件人', '主题'],
  ['差出人', '送信日時', '宛先', '件名'],
  ['보낸 사람', '보낸 날짜', '받는 사람', '제목'],
])('[EM20] the reply ends where a head is copied: %s', (from, sent, to, subject) => {
  const head = `${from}: Ayu <ayu@acme.example>\n${sent}: 3.11.2025 14:05\n${to}: Sari\n${subject}: Pesanan`
  for (const [above, copied] of [
    ['', head],
    ['________________________________\n', head],
    ['-----Original Message-----\n', head],
    ['', head.replaceAll(/^(.*?):/gm, '*$1:*')],
  ] as const)
    expect(trimReply(`Baik.\n\n${above}${copied}\n\nHalo`).visible, above + copied).toBe('Baik.')
})

it('[EM20] a person who writes of places, hours and labels loses nothing', () => {
  const text = `From: Jakarta
To: Bali
Date: 3 November

On the 3rd of November I wrote to you: no answer.
Please call between 10:30 and 12:00:
0361 123456
## Points
----
The line above divides this text, and what follows it is a sentence.`
  expect(trimReply(text)).toEqual({ visible: text, quoted: '', signature: '', isCut: false })
})

it('[EM21] a quote above the reply goes; quotes that are answered one by one stay between the answers', () => {
  const below = trimReply(`On 3 Nov 2025 Ayu wrote:\n> Which colour?\n\nBlue.`)
  expect(below).toMatchObject({ visible: 'Blue.', quoted: 'On 3 Nov 2025 Ayu wrote:\n> Which colour?' })
  const inline = '> Which colour?\n\nBlue.\n\n> Which size?\n\nXL.'
  expect(trimReply(`${inline}\n\n> Thanks`)).toMatchObject({ visible: inline, quoted: '> Thanks' })
})

it('[EM21] a line that was wrapped out of a quote belongs to it', () => {
  const quote = `> ${'word '.repeat(14).trim()}\nwrapped\n> and on`
  expect(trimReply(`Yes.\n\n${quote}\n\nNo.`)).toMatchObject({ visible: 'Yes.\n\nNo.', quoted: quote })
})

it.each([
  ['-- \nSari\nToko Sari', '-- \nSari\nToko Sari'],
  ['—————\nSari\nsari@shop.example', '—————\nSari\nsari@shop.example'],
  ['Sent from my iPhone', 'Sent from my iPhone'],
  ['Von meinem iPhone gesendet', 'Von meinem iPhone gesendet'],
  ['Get Outlook for Android<https://aka.ms/x>', 'Get Outlook for Android<https://aka.ms/x>'],
  ['iPhoneから送信', 'iPhoneから送信'],
  ['Mit freundlichen Grüßen\n\nSari', 'Mit freundlichen Grüßen\n\nSari'],
  ['Salam hormat,\nSari', 'Salam hormat,\nSari'],
  ['-Sari Dewi', '-Sari Dewi'],
])('[EM22] a signature is told apart: %j', (end, signature) => {
  expect(trimReply(`Halo.\n\n${end}\n`)).toMatchObject({ visible: 'Halo.', signature })
  expect(trimReply(`Halo.\n\n${end}\n\n${QUOTE}`)).toMatchObject({ visible: 'Halo.', quoted: QUOTE, signature })
})

it.each([
  'Sent from my desk, which is easier than my telephone.',
  'Regards is a word\nand this goes on.',
  'a -- b\n-- c is a point\n-- d is another',
  '```\n-- \nOn 3 Nov 2025 a@b.example wrote:\n> code\n```\nThat is the code.',
])('[EM22] what only looks like one is shown: %j', (text) => {
  expect(trimReply(text)).toMatchObject({ visible: text, quoted: '', signature: '' })
})

it('[EM22] nothing is shown as nothing: a signature alone, and a mail that only forwards another', () => {
  expect(trimReply('Sent from my iPhone').visible).toBe('Sent from my iPhone')
  const forwarded = '---------- Forwarded message ---------\nFrom: Ayu <ayu@acme.example>\n\nHalo'
  expect(trimReply(forwarded).visible).toBe(forwarded)
  expect(trimReply(`On 3 Nov 2025 Ayu wrote:\n${QUOTE}`).visible).toBe('')
})

it('[EM23] a text beyond 64 KB is cut, and says so; an endless line hides nothing below it', () => {
  const long = trimReply('word '.repeat(20_000))
  expect(long.isCut).toBe(true)
  expect(long.visible.length).toBeLessThanOrEqual(64 * 1024)
  expect(trimReply(`Halo\n${'>'.repeat(700_000)}\nSari`)).toMatchObject({ visible: 'Halo\n\nSari', isCut: true })
})

const LENGTH = 16_384
const fill = (piece: string) => piece.repeat(Math.ceil(LENGTH / piece.length)).slice(0, LENGTH)
/** Processor time counts, and the best of so many runs: a busy machine slows the others, a quadratic function all. */
const RUNS = 20

it.each(
  Object.entries({
    spaces: `${fill(' ')}x`,
    'line ends': fill('\n'),
    marks: fill('>'),
    'marked lines': fill('> \n'),
    'endless heads': fill('On 1 Nov 2025, '),
    'heads that never end': fill('On 1 Nov 2025\n'),
    'ends without a head': fill('wrote:\n'),
    'labels in lines': fill('From: a@b\nSubject: c\n'),
    'drawn lines': fill('____\n\n'),
    dashes: fill('-- x\n--\n'),
    'signatures on signatures': fill('\nSent from x\n\nRegards,\n'),
    fences: fill('```\n'),
    'quotes and answers': fill('> a\nb\n'),
    'brackets and colons': fill('<a@b>:'),
  }),
)('[EM24] 16 KB of %s are trimmed in 20 ms', (_name, text) => {
  const took = Array.from({ length: RUNS }, () => {
    const before = process.cpuUsage()
    trimReply(text)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  })
  expect(Math.min(...took)).toBeLessThanOrEqual(20)
})
