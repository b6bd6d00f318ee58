// Files of the fake server: kept in memory, checked by name and size as the real one does; what they contain is believed.

import {
  extensionOf,
  FILE_TYPES,
  LIMITS,
  type ActorRef,
  type Answer,
  type Attachment,
  type FileFact,
  type LogEvent,
  type WireError,
} from '@pendopo/protocol'

export interface FakeFiles {
  /** What has been uploaded and is in none of these logs: as commands are decided on it. */
  unused(events: () => readonly LogEvent[]): Readonly<Record<string, FileFact>>
  /** Addresses of those that are in this log. */
  urls(events: readonly LogEvent[], ids: readonly string[]): Answer<'file-urls'>
  /** Answers what is about files, for whoever the request comes from; `null`: nobody. */
  answer(request: Request, by: ActorRef | null): Promise<Response>
}

const HOLDS_MS = 300_000

export function createFakeFiles(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): FakeFiles {
  const files = new Map<string, FileFact & { readonly blob: Blob }>()

  function take(name: string, blob: Blob, by: ActorRef): Attachment | WireError {
    const type = FILE_TYPES[extensionOf(name)]
    if (type === undefined) return { code: 'unsupported_type', message: 'no such kind of file is taken' }
    if (blob.size > LIMITS.fileBytes) return { code: 'too_large', message: 'the file is too large' }
    const id = [...random(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    const attachment = { id, name, type, size: blob.size }
    files.set(id, { attachment, by, blob })
    return attachment
  }

  return {
    unused(events) {
      if (files.size === 0) return {}
      const used = filesIn(events())
      return Object.fromEntries([...files].filter(([id]) => !used.has(id)))
    },
    urls(events, ids) {
      const named = filesIn(events)
      return { urls: ids.filter((id) => named.has(id)).map((id) => ({ id, url: `files/${id}` })), expiresIn: HOLDS_MS }
    },
    async answer(request, by) {
      const { pathname, searchParams } = new URL(request.url)
      if (request.method === 'GET') {
        const file = files.get(pathname.split('/').at(-1) ?? '')
        return file === undefined
          ? failure(404, { code: 'not_found', message: 'no such file' })
          : new Response(file.blob)
      }
      if (by === null) return failure(401, { code: 'unauthenticated', message: 'no token or session' })
      const taken = take(searchParams.get('name') ?? '', await request.blob(), by)
      return 'code' in taken ? failure(415, taken) : Response.json({ file: taken }, { status: 201 })
    },
  }
}

/** Whether a request is about files. */
export const isAboutFiles = ({ url }: Request): boolean => /\/files(?:$|\/)/.test(new URL(url).pathname)

const filesIn = (events: readonly LogEvent[]) =>
  new Set(events.flatMap(({ content }) => content?.attachments?.map(({ id }) => id) ?? []))

const failure = (status: number, error: WireError) => Response.json({ error }, { status })
