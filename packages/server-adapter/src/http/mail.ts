// Mail over HTTP: what mail services post, and where the links of our mails lead. A link that changes something asks first and
// takes a POST, because programs that guard mailboxes open every link; a mail program's own button (RFC 8058) posts at once.

import type { OriginalMail } from '@pendopo/protocol'
import { Hono, type Context } from 'hono'
import * as v from 'valibot'
import type { OriginGuard } from '../auth/origin-guard.ts'
import type { RequestFacts } from '../auth/request-facts.ts'
import type { ProveVisitor } from '../auth/visitor.ts'
import { readBody } from '../files/read-body.ts'
import type { FileUrls } from '../files/file-urls.ts'
import type { MailService } from '../mail/service/mail-service.ts'
import type { ServerLimits } from '../options.ts'
import { RequestError } from '../request-error.ts'
import type { SiteDirectory } from '../sites/site-directory.ts'
import type { FileStore } from '../store/store.ts'
import { toVisitorProof, visitorSite } from './files.ts'
import type { HttpEnv } from './http-env.ts'
import type { SignedIn } from './signed-in.ts'
import { stopPage } from './stop-page.ts'

interface Needs {
  readonly mail: MailService
  readonly sites: SiteDirectory
  readonly guard: OriginGuard
  readonly facts: RequestFacts
  readonly proveVisitor: ProveVisitor
  readonly files: FileStore
  readonly fileUrls: FileUrls
  readonly limits: ServerLimits
  readonly basePath: string
  readonly signedIn: SignedIn
}

const PREFLIGHT_MAX_AGE_S = 600
const Resume = v.object({ token: v.pipe(v.string(), v.maxLength(500)) })

export function mailRoutes(needs: Needs): Hono<HttpEnv> {
  const { mail, sites, guard, proveVisitor, files, fileUrls, limits, basePath, signedIn } = needs
  const app = new Hono<HttpEnv>()

  const inbound = async (context: Context<HttpEnv>) => {
    const { incoming } = context.env
    const body = readBody(incoming, { idleMs: limits.uploadIdleMs, withinMs: limits.uploadWithinMs })
    const { status, text, retryAfterS } = await mail.post({
      key: context.req.param('key') ?? '',
      headers: incoming.headers,
      body,
    })
    if (retryAfterS !== undefined) context.header('Retry-After', String(retryAfterS))
    return context.text(text, status)
  }
  app.post('/mail/in/:key', inbound)
  // Mailgun sends the whole mail only to addresses that end so.
  app.post('/mail/in/:key/mime', inbound)

  app.get('/mail/stop/:token', async (context) => {
    return stopPage(context, (await mail.canStop(context.req.param('token'))) ? 'ask' : 'gone')
  })
  app.post('/mail/stop/:token', async (context) => {
    return stopPage(context, (await mail.stop(context.req.param('token'))) ? 'done' : 'gone')
  })

  app.get('/mail/file/:token', async (context) => {
    const named = mail.readFileLink(context.req.param('token'))
    const file = named === null ? null : await files.find(named.file)
    if (named === null || file === null || file.conversation !== named.conversation)
      throw new RequestError('not_found', 'no such file')
    context.header('Cache-Control', 'no-store')
    const url = fileUrls.of(file)
    return context.redirect(/^https?:/.test(url) ? url : `${basePath}/${url}`, 302)
  })

  app.options('/:site/resume', async (context) => {
    await visitorSite(context, sites, guard)
    context.header('Access-Control-Allow-Methods', 'POST')
    context.header('Access-Control-Allow-Headers', 'authorization, content-type, pendopo-identity, pendopo-key')
    context.header('Access-Control-Max-Age', String(PREFLIGHT_MAX_AGE_S))
    return context.body(null, 204)
  })
  app.post('/:site/resume', async (context) => {
    const site = await visitorSite(context, sites, guard)
    const parsed = v.safeParse(Resume, await context.req.json().catch(() => undefined))
    if (!parsed.success) throw new RequestError('invalid', 'token: the token of the link')
    const visitor = await proveVisitor(toVisitorProof(context), site)
    const { actor } = (await visitor.ensure?.()) ?? visitor
    const conversation = await mail.redeem(site, parsed.output.token, actor.identity)
    return context.json({ conversation })
  })

  app.get('/api/agent/conversations/:conversation/mails/:message', async (context) => {
    const agent = await signedIn(context)
    const { conversation, message } = context.req.param()
    const original: OriginalMail | null = await mail.original(agent, conversation, message)
    if (original === null) throw new RequestError('not_found', 'no such mail')
    return context.json(original)
  })

  return app
}
