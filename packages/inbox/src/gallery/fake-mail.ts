// What the gallery and tests know of e-mail.

import type { ConversationView, OriginalMail } from '@pendopo/sdk/inbox'

type Mail = NonNullable<ConversationView['mail']>

/** A conversation whose contact can be reached by e-mail. */
export const makeMail = (over: Partial<Mail> = {}): Mail => ({
  address: 'nadia@harbour.example',
  isVerified: true,
  isStopped: false,
  upTo: 0,
  planned: [],
  thread: [],
  subject: 'Your question about the harbour tour',
  held: [],
  ...over,
})

/** A mail with everything that must not run or load. */
export const ORIGINAL: OriginalMail = {
  from: { address: 'nadia@harbour.example', name: 'Nadia Rahman' },
  to: ['help@acme.example'],
  cc: ['rafi@harbour.example'],
  subject: 'Re: Your question about the harbour tour',
  date: new Date('2026-03-12T09:58:00').getTime(),
  text: 'Thank you. Saturday is fine: https://acme.example/tickets/88214\n\n> Which day suits you?',
  html: `<div style="font-family: Georgia, serif">
    <h2>Thank you</h2>
    <p>Saturday is <b>fine</b>: <a href="https://acme.example/tickets/88214">our tickets</a></p>
    <img src="https://tracker.example/pixel.gif" width="40" height="40" alt="A picture from elsewhere">
    <script>document.title = 'hacked'</script>
    <blockquote>Which day suits you?</blockquote>
  </div>`,
  attachments: [{ name: 'tickets.pdf', size: 48_213 }],
}
