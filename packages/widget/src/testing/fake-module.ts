// The chat as the loader sees it: counts its mounts, writes down what is called.

import type { ChatModule, MountContext, MountedChat } from '../api.ts'

export function createFakeModule() {
  const calls: string[] = []
  const urls: string[] = []
  const contexts: MountContext[] = []
  let failures = 0
  const mounted: MountedChat = {
    open: () => void calls.push('open'),
    close: () => void calls.push('close'),
    toggle: () => void calls.push('toggle'),
    async identify(proof) {
      calls.push(`identify ${'token' in proof ? proof.token : ''}`)
    },
    async logout() {
      calls.push('logout')
    },
    destroy: () => void calls.push('destroy'),
  }
  return {
    calls,
    urls,
    contexts,
    /** The next so many downloads fail. */
    failNext(count: number) {
      failures = count
    },
    async importChat(url: string): Promise<ChatModule> {
      urls.push(url)
      if (failures-- > 0) throw new Error('unable to fetch; the network is down')
      return {
        mount(context) {
          contexts.push(context)
          return Promise.resolve(mounted)
        },
      }
    },
  }
}
