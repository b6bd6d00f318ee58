// Counts the requests a handler is answering, so that a server that stops can let them end, on whoever's HTTP server
// they came in.

import type { RequestListener } from 'node:http'

export interface RequestsInFlight {
  readonly handler: RequestListener
  /** Resolves when what has come in before is answered; what comes after is nobody's to wait for. */
  drain(): Promise<void>
}

export function trackRequests(listener: RequestListener): RequestsInFlight {
  let inFlight = 0
  let onDrained: (() => void) | undefined
  let drained: Promise<void> | undefined
  return {
    handler: (request, response) => {
      if (drained === undefined) {
        inFlight += 1
        response.once('close', () => {
          inFlight -= 1
          if (inFlight === 0) onDrained?.()
        })
      }
      listener(request, response)
    },
    drain: () =>
      (drained ??= new Promise((resolve) => {
        if (inFlight === 0) resolve()
        else onDrained = resolve
      })),
  }
}
