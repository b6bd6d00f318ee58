export { createSocketIoTransport, type SocketIoTransportOptions } from './connection/socket-io-transport.ts'
export type { FakeAgent, NewFakeAgent } from './testing/fake-agents.ts'
export { createFakeServer, type FakeServer, type FakeServerOptions } from './testing/fake-server.ts'
export type { FakeFaults } from './testing/fake-network.ts'
export { createManualClock, type ManualClock } from './testing/manual-clock.ts'
export { createMemoryStorage } from './outbox/memory-storage.ts'
export { createRandom, type Random } from './testing/random.ts'
export {
  createTestDevice,
  createTestEnvironment,
  type TestDevice,
  type TestDeviceOptions,
  type TestTab,
} from './testing/test-device.ts'
export { createWebSocketTransport } from './connection/websocket-transport.ts'
export { pendopoHandlers, type PendopoHandlersOptions } from './testing/msw.ts'
