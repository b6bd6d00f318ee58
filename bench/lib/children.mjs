// Programs of the bench, each in a process of its own, asked and answered over IPC: `ask(command, argument)` in the
// parent, `answer({ command: handler })` in the child. A child leaves when its parent does.

import { fork } from 'node:child_process'
import { once } from 'node:events'

/** Starts a module of the bench; `close` ends it and waits until it is gone. */
export function startChild(module, { execArgv = [], env = {} } = {}) {
  const child = fork(module, [], { execArgv, env: { ...process.env, ...env }, stdio: ['ignore', 2, 2, 'ipc'] })
  const waiting = new Map()
  let last = 0
  child.on('message', ({ id, value, error }) => {
    const asked = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) asked?.resolve(value)
    else asked?.reject(new Error(error))
  })
  const gone = once(child, 'exit').then(([code, signal]) => {
    for (const { reject } of waiting.values()) reject(new Error(`${module} ended early (${signal ?? code})`))
    waiting.clear()
  })
  return {
    pid: child.pid,
    ask(command, argument) {
      const id = ++last
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        child.send({ id, command, argument }, (error) => error !== null && reject(error))
      })
    },
    async close() {
      if (child.connected) child.disconnect()
      await gone
    },
  }
}

/** Serves the parent's questions. `onLeave` runs when the parent lets go. */
export function answer(handlers, onLeave = async () => {}) {
  process.on('message', async ({ id, command, argument }) => {
    try {
      process.send({ id, value: await handlers[command](argument) })
    } catch (error) {
      process.send({ id, error: String(error?.stack ?? error) })
    }
  })
  process.once('disconnect', async () => {
    await onLeave()
    process.exit(0)
  })
}
