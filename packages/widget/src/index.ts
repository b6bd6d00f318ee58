// For pages in TypeScript: the types of `window.Pendopo`, and the tag as a function. The chat itself comes from the server.

export type { IdentityProof } from '@pendopo/sdk'
export type { MessageSummary, PendopoEvent, PendopoEvents, PendopoGlobal, PendopoHandle, QueuedCall } from './api.ts'
export { loadWidget, type LoadOptions } from './load-widget.ts'
