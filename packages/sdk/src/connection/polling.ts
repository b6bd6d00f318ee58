// Loaded only after WebSocket has failed: most visitors never need it.
export { XHR } from 'engine.io-client'
