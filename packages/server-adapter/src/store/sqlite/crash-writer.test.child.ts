// Appends as fast as it can and prints each command's id once its commit is acknowledged, until it is killed:
// the process in `durability.test.ts`, which bundles it, as Node 20 does not run TypeScript.

import { writeSync } from 'node:fs'
import type { StreamRef, VisitorActor } from '@pendopo/protocol'
import { createLog } from '../../log/create-log.ts'
import { openCommand, postCommand } from '../../testing/store-contract/fixture.ts'
import { openSqliteStore } from './open-sqlite-store.ts'

/** The same person in every cycle. */
const IDENTITY = '0190a0a0-0000-7000-8000-000000000001'

/** Messages in flight at a time: several in one group, several groups on their way. */
const IN_FLIGHT = 8

async function writeUntilKilled(path: string, streamId: string): Promise<void> {
  const store = await openSqliteStore({ path, readers: [] })
  const workspace = await store.directory.defaultWorkspace()
  const log = createLog({ store, now: Date.now })
  const actor: VisitorActor = {
    kind: 'visitor',
    identity: IDENTITY,
    identities: [IDENTITY],
    contact: IDENTITY,
    channel: 'acme',
  }
  // Straight to the file descriptor: what is printed has left the process when it is killed.
  const print = (line: string) => writeSync(1, `${line}\n`)
  const stream: StreamRef =
    streamId === ''
      ? (await log.submit({ workspace, stream: null, commands: [openCommand()], actor })).stream
      : { kind: 'conversation', id: streamId }
  print(`stream ${stream.id}`)
  const send = async (): Promise<never> => {
    for (;;) {
      const message = postCommand('x'.repeat(200))
      await log.submit({ workspace, stream, commands: [message], actor })
      print(message.id)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, send))
}

const [, , path = '', stream = ''] = process.argv
await writeUntilKilled(path, stream)
