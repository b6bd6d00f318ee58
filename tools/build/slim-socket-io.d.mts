import type { Plugin } from 'vite'

/** Leaves WebSocket as the only transport of socket.io-client in a browser bundle. */
export function slimSocketIo(): Plugin
