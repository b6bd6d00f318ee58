// Files of messages, as far as every chat needs them: what is being uploaded, to be shown, and the way to the code that
// does it, which is loaded when somebody sends or opens a file.

import type { Attachment, CommandOf } from '@pendopo/protocol'
import { atom, type ReadableAtom } from 'nanostores'
import type { Connection } from '../connection/create-connection.ts'
import type { Environment } from '../environment.ts'
import type { Storage } from '../outbox/storage.ts'
import type { SentMessage, ThreadMessage } from '../thread.ts'
import { HAS_UPLOADS } from './has-uploads.ts'
import type { Uploads } from './uploads.ts'

/** A message whose files are on their way: it goes to the outbox once they have arrived. */
export interface Upload {
  /** As for an outbox entry; empty where there was none yet. */
  readonly conversation: string
  readonly message: ThreadMessage
  retry(): SentMessage
  discard(): Promise<void>
}

export interface AttachmentsNeeds {
  /** Tells this client from others on the device. */
  readonly name: string
  readonly server: string
  readonly storage: () => Promise<Storage>
  readonly connection: Pick<Connection<never>, 'connect' | 'request' | 'onOnline'>
  readonly environment: Pick<Environment, 'clock' | 'random' | 'fraction' | 'leadership' | 'fetch' | 'log'>
  /** Where this client's files go, below the server, and with what proof. */
  readonly target: () => Promise<{ readonly path: string; readonly headers: Readonly<Record<string, string>> }>
  /** Puts a message into the outbox, its files being on the server. */
  readonly post: (
    conversation: string,
    command: CommandOf<'message.post'>,
    attachments: readonly Attachment[],
  ) => SentMessage
}

export interface Attachments {
  readonly $uploads: ReadableAtom<readonly Upload[]>
  load(): Promise<Uploads>
  /** Goes on with what an earlier visit has left. */
  resume(): void
  /** Withdraws all that is on its way. */
  forget(): void
  /** Stops; what was kept goes on with the next visit. */
  close(): void
}

export function createAttachments(needs: AttachmentsNeeds): Attachments {
  const $uploads = atom<readonly Upload[]>([])
  let uploads: Promise<Uploads> | undefined

  const load = () =>
    (uploads ??= import('./uploads.ts').then(
      ({ createUploads }) => createUploads(needs, $uploads),
      (cause: unknown) => {
        uploads = undefined
        throw cause
      },
    ))

  return {
    $uploads,
    load,
    resume() {
      needs
        .storage()
        .then((storage) => storage.get(HAS_UPLOADS))
        .then(async (has) => {
          if (has !== undefined) await (await load()).resume()
        })
        .catch(() => undefined)
    },
    forget() {
      for (const upload of $uploads.get()) void upload.discard()
    },
    close: () => void uploads?.then((loaded) => loaded.close()).catch(() => undefined),
  }
}
