/** English: the fallback. */
export const en = {
  fromName: '{agent} at {site}',
  subject: 'Your conversation with {site}',
  replyTitle: 'New from {name}',
  resume: 'Continue in the chat',
  replyHint: 'Or simply answer this e-mail.',
  earlier: 'Earlier in this conversation',
  you: 'You',
  reason: 'You get this e-mail because you left your address in the chat of {site}.',
  unsubscribe: 'No more e-mails about this conversation',
  confirmSubject: 'Confirm your e-mail address for {site}',
  confirmTitle: 'Is this your address?',
  confirmBody:
    'This address was entered in the chat of {site}, to get answers by e-mail. If that was you, please confirm it.',
  confirmCode: 'Enter this code in the chat:',
  confirmButton: 'Confirm this address',
  confirmHolds: 'This works for {time}.',
  confirmNotYou: 'If it was not you, there is nothing to do: unless it is confirmed, no answers are sent here.',
  transcriptTitle: 'Your conversation with {site}',
  transcriptReason: 'You asked for this copy in the chat of {site}.',
  quoted: 'On {date}, {name} wrote:',
}
