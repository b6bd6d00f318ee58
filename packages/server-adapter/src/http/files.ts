// Files over HTTP: in with the proof that the socket takes too (a visitor's token, an agent's session), out by a signed
// address alone. What comes out never runs: see `toHeaders`.

import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { Uploaded } from '@pendopo/protocol'
import { VisitorAuth } from '@pendopo/protocol/schemas'
import { Hono, type Context } from 'hono'
import * as v from 'valibot'
import type { AgentSessions } from '../auth/agent-sessions.ts'
import { readSessionCookie } from '../auth/cookies.ts'
import type { OriginGuard } from '../auth/origin-guard.ts'
import type { RequestFacts } from '../auth/request-facts.ts'
import type { ProveVisitor } from '../auth/visitor.ts'
import type { FileStorage } from '../files/file-storage.ts'
import type { FileUrls } from '../files/file-urls.ts'
import { readBody } from '../files/read-body.ts'
import type { Uploader, Uploads } from '../files/uploads.ts'
import type { ServerLimits } from '../options.ts'
import { RequestError } from '../request-error.ts'
import type { SiteDirectory } from '../sites/site-directory.ts'
import type { FileStore, Site, StoredFile } from '../store/store.ts'
import type { HttpEnv } from './http-env.ts'

/** How long a browser remembers that this page may upload. */
const PREFLIGHT_MAX_AGE_S = 600

/** Pictures that browsers show and cannot run. All else is to be saved. */
const SHOWN = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp'])

interface Needs {
  readonly sites: SiteDirectory
  readonly guard: OriginGuard
  readonly facts: RequestFacts
  readonly proveVisitor: ProveVisitor
  readonly agentSessions: AgentSessions
  readonly uploads: Uploads
  readonly files: FileStore
  readonly storage: FileStorage
  readonly fileUrls: FileUrls
  /** Where files have an origin of their own, they are on no other. */
  readonly filesOrigin: string | undefined
  readonly limits: ServerLimits
}

/** The site of a path, for a page that may chat there; the answer may be read by that page. */
export async function visitorSite(context: Context<HttpEnv>, sites: SiteDirectory, guard: OriginGuard): Promise<Site> {
  context.header('Vary', 'Origin')
  context.header('Cache-Control', 'no-store')
  const site = await sites.find(context.req.param('site') ?? '')
  if (site === undefined) throw new RequestError('not_found', 'no such site')
  guard.checkVisitor(context.env.incoming, site, context.req.header('pendopo-key'))
  const origin = context.req.header('origin')
  if (origin !== undefined) context.header('Access-Control-Allow-Origin', origin)
  return site
}

export function fileRoutes(needs: Needs): Hono<HttpEnv> {
  const { sites, guard, facts, proveVisitor, agentSessions, uploads, files, storage, fileUrls, limits } = needs
  const app = new Hono<HttpEnv>()

  const siteFor = (context: Context<HttpEnv>) => visitorSite(context, sites, guard)

  async function take(context: Context<HttpEnv>, uploader: Uploader): Promise<Response> {
    const request = context.env.incoming
    const body = readBody(request, { idleMs: limits.uploadIdleMs, withinMs: limits.uploadWithinMs })
    const name = context.req.query('name')
    if (name === undefined) throw new RequestError('invalid', 'name: the name of the file, in the query')
    const answer: Uploaded = { file: await uploads.take(uploader, name, lengthOf(request), body) }
    return context.json(answer, 201)
  }

  app.options('/:site/files', async (context) => {
    await siteFor(context)
    context.header('Access-Control-Allow-Methods', 'POST')
    context.header('Access-Control-Allow-Headers', 'authorization, content-type, pendopo-identity, pendopo-key')
    context.header('Access-Control-Max-Age', String(PREFLIGHT_MAX_AGE_S))
    return context.body(null, 204)
  })

  app.post('/:site/files', async (context) => {
    const site = await siteFor(context)
    const address = facts.address(context.env.incoming)
    const visitor = await proveVisitor(toVisitorProof(context), site)
    // Who uploads has said something: from now on they are known, on every node and after a restart.
    const { actor } = (await visitor.ensure?.()) ?? visitor
    const by = { kind: 'visitor', id: actor.identity } as const
    return take(context, { workspace: site.workspace, by, address })
  })

  app.post('/api/agent/files', async (context) => {
    guard.checkAgent(context.env.incoming)
    const token = readSessionCookie(context.env.incoming.headers)
    const found = token === undefined ? null : await agentSessions.find(token)
    if (found === null) throw new RequestError('unauthenticated', 'nobody has signed in, or the session has ended')
    const { id, workspace } = found.agent
    return take(context, { workspace, by: { kind: 'agent', id } })
  })

  app.get('/files/:id{[0-9a-f]+}', async (context) => {
    const { filesOrigin } = needs
    const isHere = filesOrigin === undefined || facts.ownOrigin(context.env.incoming) === filesOrigin
    const file = isHere ? await files.find(context.req.param('id')) : null
    const { expires, signature } = context.req.query()
    if (file === null || !fileUrls.isValid(file, expires, signature)) throw noFile()
    const stream = await storage.get(file.attachment.id)
    if (stream === null) throw noFile()
    for (const [name, value] of Object.entries(toHeaders(file, limits))) context.header(name, value)
    if (context.req.method === 'HEAD') {
      stream.destroy()
      return context.body(null)
    }
    return context.body(Readable.toWeb(stream) as ReadableStream)
  })

  return app
}

/** Missing, foreign, expired: one answer. */
const noFile = () => new RequestError('not_found', 'no such file')

function lengthOf({ headers }: IncomingMessage): number | undefined {
  const length = Number(headers['content-length'])
  return Number.isSafeInteger(length) ? length : undefined
}

const Proof = v.pick(VisitorAuth, ['token', 'identity'])

/** The same proof as in a socket's handshake, in headers. */
export function toVisitorProof(context: Context): v.InferOutput<typeof Proof> {
  const [, token] = /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '') ?? []
  if (token === undefined) throw new RequestError('unauthenticated', "Authorization: Bearer and the visitor's token")
  const parsed = v.safeParse(Proof, { token, identity: context.req.header('pendopo-identity') })
  if (parsed.success) return parsed.output
  throw new RequestError('invalid', `${v.getDotPath(parsed.issues[0]) ?? 'the proof'}: ${parsed.issues[0].message}`)
}

/**
 * Whatever a file is, it runs nowhere: its type is what its content was found to be and nobody guesses another, all but
 * pictures are saved, and what is opened nevertheless is in a sandbox without scripts, frames or a network.
 */
function toHeaders(
  { attachment: { name, type, size } }: StoredFile,
  { fileUrlMs }: ServerLimits,
): Readonly<Record<string, string>> {
  return {
    'Content-Type': type.startsWith('text/') ? `${type}; charset=utf-8` : type,
    'Content-Length': String(size),
    'Content-Disposition': `${SHOWN.has(type) ? 'inline' : 'attachment'}; ${toFileNames(name)}`,
    'Content-Security-Policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    // The widget shows them on other people's pages, isolated ones too.
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Cache-Control': `private, max-age=${Math.floor(fileUrlMs / 1_000)}, immutable`,
  }
}

/** RFC 6266: the name in ASCII for old clients, and as it is for all others. */
function toFileNames(name: string): string {
  const plain = name.replace(/[^ !#-[\]-~]/gu, '_')
  const whole = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `filename="${plain}"; filename*=UTF-8''${whole}`
}
