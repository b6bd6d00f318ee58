export { createInbox } from './inbox/create-inbox.ts'
export type { ConnectionStatus } from './chat.ts'
export type { Environment } from './environment.ts'
export type {
  AgentConversation,
  Inbox,
  InboxList,
  InboxOptions,
  InboxSettings,
  ListName,
  ListStatus,
  TwoStep,
} from './inbox-client.ts'
export { PendopoError } from './pendopo-error.ts'
export type {
  AttachOptions,
  MessageStatus,
  OutgoingMail,
  SentMessage,
  Thread,
  ThreadAttachment,
  ThreadAuthor,
  ThreadEvent,
  ThreadItem,
  ThreadMail,
  ThreadMessage,
  ThreadUnsupported,
} from './thread.ts'
export type {
  AgentWelcome,
  CheckStep,
  Colleague,
  ConversationView,
  Counts,
  Login,
  MailCheck,
  MailProvider,
  MailSettings,
  MailSettingsView,
  OriginalMail,
  PasswordChange,
  Row,
  SiteChange,
  SiteView,
  TwoStepProof,
  UnverifiedReason,
} from '@pendopo/protocol'
export { AGENT_LIMITS, CLIENT_LIMITS as LIMITS, FILE_LIMITS, FILE_TYPES } from '@pendopo/protocol'
