export { createInbox } from './inbox/create-inbox.ts'
export type { ConnectionStatus } from './chat.ts'
export type { Environment } from './environment.ts'
export type { AgentConversation, Inbox, InboxList, InboxOptions, ListName, ListStatus } from './inbox-client.ts'
export { PendopoError } from './pendopo-error.ts'
export type {
  MessageStatus,
  SentMessage,
  Thread,
  ThreadAuthor,
  ThreadEvent,
  ThreadItem,
  ThreadMessage,
  ThreadUnsupported,
} from './thread.ts'
export type { AgentWelcome, Colleague, ConversationView, Counts, Login, Row } from '@pendopo/protocol'
export { CLIENT_LIMITS as LIMITS } from '@pendopo/protocol'
