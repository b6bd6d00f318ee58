// Leaves WebSocket as the only transport of socket.io-client in a browser bundle. engine.io-client keeps its transports
// in one object, which no bundler can shake: polling and WebTransport would cost every visitor 2 kB. A client that falls
// back to polling imports `XHR` from engine.io-client on demand and passes it in `transports`.

const TABLE = /engine\.io-client[\\/]build[\\/]esm[\\/]transports[\\/]index\.js$/
const PURE = /node_modules[\\/](?:(?:socket|engine)\.io-|@socket\.io[\\/])/

/** The vite plugin. */
export const slimSocketIo = () => ({
  name: 'slim-socket-io',
  enforce: 'pre',
  load(id) {
    if (!TABLE.test(id)) return null
    return {
      code: "import { WS } from './websocket.js'\nexport const transports = { websocket: WS }\n",
      moduleSideEffects: false,
    }
  },
  transform(code, id) {
    // The packages do not say so themselves, but none of their modules does anything on import.
    return PURE.test(id) ? { code, map: null, moduleSideEffects: false } : null
  },
})
