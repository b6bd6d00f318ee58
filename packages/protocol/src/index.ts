export type { Actor, ActorRef, AgentActor, Author, Role, Sight, SystemActor, VisitorActor } from './actor.ts'
export { toActorRef } from './actor.ts'
export type { AgentState, Presence } from './agent/agent-stream.ts'
export { assertNever } from './assert-never.ts'
export type { Audience } from './audience.ts'
export { fromWireEvent, toView, toWireEvent } from './audience.ts'
export type { Visible } from './can-see.ts'
export { canSee } from './can-see.ts'
export { applyConversation, isFromContact } from './conversation/apply.ts'
export type { Facts, FileFact } from './conversation/decide.ts'
export type { Decision, Refusal } from './conversation/decision.ts'
export { applyConversationAndMail } from './conversation/mail-state.ts'
export type { ConversationMail, PlannedMail } from './conversation/mail-state.ts'
export type { ConversationState, LastMessage } from './conversation/state.ts'
export type { UnverifiedReason } from './conversation/unverified-reason.ts'
export type { ErrorCode, Reaction, WireError } from './errors.ts'
export { ERROR_CODES, isErrorCode, isRetryable } from './errors.ts'
export type { EventKindRow } from './event-kinds.ts'
export { EVENT_KINDS, eventKind, isKnownKind } from './event-kinds.ts'
export { applyToItems } from './items.ts'
export { FILE_TYPES, extensionOf } from './file-types.ts'
export { filesIn } from './files-in.ts'
export { AGENT_LIMITS, CLIENT_LIMITS, FILE_LIMITS, LIMITS } from './limits.ts'
export { quoted, recordJson } from './json-text.ts'
export { digestOf } from './log/digest.ts'
export type { CommandResult, KnownCommand, NumberedAt, Plan } from './log/plan.ts'
export { planBatch, withoutUsed } from './log/plan.ts'
export type { LogEvent, NewEvent, Origin } from './log-event.ts'
export { mayIssue, RIGHTS } from './rights.ts'
export type { AgentCommand, Command, CommandKind, CommandOf, ConversationCommand } from './schemas/commands.ts'
export type { Attachment, Content, MailContent, Page } from './schemas/content.ts'
export type { AgentEventKind, ConversationEventKind } from './schemas/events.ts'
export type { Login, PasswordChange, TwoStepConfirm, TwoStepProof, Uploaded } from './schemas/http.ts'
export type {
  CheckStep,
  MailCheck,
  MailProvider,
  MailSettings,
  MailSettingsView,
  OriginalMail,
  SiteChange,
  SiteView,
} from './schemas/mail-settings.ts'
export type {
  AgentAuth,
  AgentWelcome,
  Answer,
  Colleague,
  ConversationHead,
  ConversationView,
  Counts,
  EventsPacket,
  GonePacket,
  HintPacket,
  Item,
  Mark,
  MarksPacket,
  Packets,
  People,
  Person,
  PresencePacket,
  ReplyOf,
  RequestName,
  RequestOf,
  Row,
  TypingPacket,
  VisitorAuth,
  VisitorWelcome,
  WireEvent,
} from './schemas/wire.ts'
export type { StreamKind, StreamRef, StreamState } from './stream.ts'
export { apply, decide } from './stream.ts'
export type { RandomBytes } from './uuid.ts'
export { isUuid, UUID_PATTERN, uuidv7 } from './uuid.ts'
export { PROTOCOL_VERSION, SUPPORTED_VERSIONS } from './version.ts'
