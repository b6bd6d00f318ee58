export { AgentEventData, ConversationEventData } from './events.ts'
export { Attachment, Content, MailContent, Page } from './content.ts'
export { Command } from './commands.ts'
export { Login, NewPassword, PasswordChange, TwoStepBegin, TwoStepConfirm, TwoStepProof, Uploaded } from './http.ts'
export {
  CheckStep,
  MailCheck,
  MailProvider,
  MailSettings,
  MailSettingsView,
  OriginalMail,
  SiteChange,
  SiteView,
} from './mail-settings.ts'
export { FileId, LogNumber, MailAddress, MessageText, SiteId, storableText, Timestamp, Uuid } from './primitives.ts'
export {
  AgentAuth,
  AgentWelcome,
  ConversationView,
  Item,
  PACKETS,
  REQUESTS,
  Row,
  VisitorAuth,
  VisitorWelcome,
  WireEvent,
} from './wire.ts'
