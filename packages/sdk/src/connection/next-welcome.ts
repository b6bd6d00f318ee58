import type { Connection } from './create-connection.ts'

/** Resolves with the next welcome; rejects where the server refuses. */
export function nextWelcome(connection: Pick<Connection<unknown>, 'onOnline' | '$error'>): Promise<void> {
  return new Promise((resolve, reject) => {
    const stops = [
      connection.onOnline(() => {
        stop()
        resolve()
      }),
      connection.$error.listen((error) => {
        if (error === null) return
        stop()
        reject(error)
      }),
    ]
    const stop = () => {
      for (const end of stops.splice(0)) end()
    }
  })
}
