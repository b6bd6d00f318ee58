export { AgentEventData, ConversationEventData } from './events.ts'
export { Attachment, Content, Page } from './content.ts'
export { Command } from './commands.ts'
export { Login } from './http.ts'
export { LogNumber, MessageText, SiteId, storableText, Timestamp, Uuid } from './primitives.ts'
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
