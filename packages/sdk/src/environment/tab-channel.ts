import type { TabChannel } from '../environment.ts'

const ALONE: TabChannel = { post: () => undefined, onMessage: () => () => undefined, close: () => undefined }

/** Messages to the other tabs; a channel to nobody where there are none. In Node an open one would keep the process alive. */
export function createTabChannel(name: string): TabChannel {
  if (typeof document === 'undefined' || typeof BroadcastChannel === 'undefined') return ALONE
  const channel = new BroadcastChannel(name)
  return {
    post: (message) => channel.postMessage(message),
    onMessage(callback) {
      const listener = (event: MessageEvent<unknown>) => {
        if (typeof event.data === 'string') callback(event.data)
      }
      channel.addEventListener('message', listener)
      return () => channel.removeEventListener('message', listener)
    },
    close: () => channel.close(),
  }
}
