export { CLIENT_LIMITS as LIMITS, FILE_LIMITS, FILE_TYPES } from '@pendopo/protocol'
export type { Chat, ChatConversation, ChatOptions, ConnectionStatus, IdentityProof, MailAddress } from './chat.ts'
export { createChat } from './create-chat.ts'
export type { Attention, Clock, Environment, Leadership, TabChannel } from './environment.ts'
export { PendopoError } from './pendopo-error.ts'
export type { Disconnected, Transport, TransportConnection, TransportHandlers } from './connection/transport.ts'
export type { OutboxEntry, Storage } from './outbox/storage.ts'
export type {
  AttachOptions,
  MessageStatus,
  SentMessage,
  Thread,
  ThreadAttachment,
  ThreadAuthor,
  ThreadEvent,
  ThreadItem,
  ThreadMessage,
  ThreadUnsupported,
} from './thread.ts'
