import { PendopoError } from '../pendopo-error.ts'
import type { Connection } from './create-connection.ts'

/** Resolves with the next welcome; rejects where the server refuses, or nobody wants to be connected any more. */
export function nextWelcome(connection: Pick<Connection<unknown>, 'onOnline' | '$error' | '$status'>): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: PendopoError) => {
      stop()
      reject(error)
    }
    const stops = [
      connection.onOnline(() => {
        stop()
        resolve()
      }),
      connection.$error.listen((error) => {
        if (error !== null) fail(error)
      }),
      connection.$status.listen((status) => {
        if (status === 'idle') fail(new PendopoError('unavailable', 'unable to sign in; the chat is closed'))
      }),
    ]
    const stop = () => {
      for (const end of stops.splice(0)) end()
    }
  })
}
