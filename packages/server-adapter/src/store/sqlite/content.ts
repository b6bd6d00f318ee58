// Content rows: what people wrote, apart from the immutable envelopes. An edit writes the new words into the row of the
// message it edits, a retraction or an erasure empties it: nobody can read the old words from any page afterwards.

import { eventKind, recordJson, type Content, type LogEvent } from '@pendopo/protocol'
import type { SqliteConnection } from './connection.ts'
import { createEventRanges } from './event-ranges.ts'
import { toLookupBytes } from '../sql/ids.ts'
import type { Slot } from '../sql/slots.ts'

export interface ContentWriter {
  insert(event: number, content: Content): void
  /** The key of the event whose content this one changes, or `null` where there is none in this stream. */
  findTarget(workspace: number, stream: number, newest: number | null, event: LogEvent): number | null
  /** Does to the target's row what the event-kind table says. */
  edit(target: number, event: LogEvent): void
}

export function createContentWriter({ db, statements }: SqliteConnection): ContentWriter {
  const { range } = createEventRanges({ db, statements })
  const insertContent = statements.run((event: Slot<number>, body: Slot<string>) =>
    db.insertInto('content').values({ event, body_json: body }),
  )
  const findCommand = statements.get((command: Slot<Buffer>, workspace: Slot<number>, stream: Slot<number>) =>
    db
      .selectFrom('event')
      .select(['seq', 'last_seq'])
      .where('command', '=', command)
      .where('workspace', '=', workspace)
      .where('digest', 'is not', null)
      .where('stream', '=', stream),
  )
  const replace = statements.run((event: Slot<number>, body: Slot<string | null>, at: Slot<number>) =>
    db
      .insertInto('content')
      .values({ event, body_json: body, edited_at: at })
      .onConflict((conflict) =>
        conflict.column('event').doUpdateSet((row) => ({
          body_json: row.ref('excluded.body_json'),
          edited_at: row.ref('excluded.edited_at'),
        })),
      ),
  )
  const remove = statements.run((event: Slot<number>, retracted: Slot<number | null>) =>
    db
      .insertInto('content')
      .values({ event, retracted })
      .onConflict((conflict) =>
        conflict.column('event').doUpdateSet((row) => ({
          body_json: null,
          retracted: row.fn.coalesce('excluded.retracted', 'content.retracted'),
        })),
      ),
  )

  return {
    insert(event, content) {
      insertContent(event, recordJson(content))
    },
    findTarget(workspace, stream, newest, event) {
      const { message } = event.data
      if (typeof message !== 'string') return null
      const command = findCommand(toLookupBytes(message), workspace, stream)
      if (command === undefined) return null
      // A message's id is its command's, and the message need not be the first event of that command.
      const events = range(stream, newest, command.seq - 1, command.last_seq ?? command.seq)
      return events.find(({ kind }) => eventKind(kind).content === 'own')?.key ?? null
    },
    edit(target, event) {
      if (eventKind(event.kind).content === 'replaces')
        replace(target, event.content === null ? null : JSON.stringify(event.content), event.at)
      else remove(target, event.kind === 'message.retracted' ? 1 : null)
    },
  }
}
