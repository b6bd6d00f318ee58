import type { ConversationView, OutgoingMail, ThreadMessage } from '@pendopo/sdk/inbox'
import { useCallback, useRef, useState } from 'preact/hooks'
import type { Drafts } from '../settings/drafts.ts'
import { checkMailDraft, toAnsweredMail, toReplySubject, type MailDraft, type MailProblems } from './mail-draft.ts'

/** What is written of a mail beside its text, kept with every key. `mail` is `null` where there is none to write. */
export function useMailDraft(id: string, drafts: Drafts, mail: ConversationView['mail']) {
  const [draft, setDraft] = useState(() => drafts.readMail(id))
  const [problems, setProblems] = useState<MailProblems>({})
  const threadSubject = toReplySubject(draft.answers?.subject ?? mail?.subject ?? null)
  const subject = draft.subject ?? threadSubject
  const latest = useRef(draft)

  const change = useCallback(
    (part: Partial<MailDraft>) => {
      latest.current = { ...latest.current, ...part }
      setDraft(latest.current)
      setProblems({})
      drafts.writeMail(id, latest.current)
    },
    [id, drafts],
  )
  const answer = useCallback(
    (message: ThreadMessage) => change({ isMail: true, subject: null, answers: toAnsweredMail(message) }),
    [change],
  )

  return {
    draft,
    problems,
    subject,
    threadSubject,
    /** It goes by e-mail, as far as that is possible here. */
    isMail: draft.isMail && mail !== null,
    change,
    /** Turns to one mail of the thread. */
    answer,
    /** The mail to send, or `null` with what is wrong said at its field. */
    check(): OutgoingMail | null {
      const checked = checkMailDraft(subject, draft)
      if ('mail' in checked) return checked.mail
      setProblems(checked.problems)
      return null
    },
    /** It is sent: the next one answers in the same thread. */
    clear: () => change({ subject: null, cc: '', bcc: '', answers: null }),
  }
}
