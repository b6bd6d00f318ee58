// Sites and their mail, as an admin sets them in the inbox. Who is no admin is told so; what does not fit is named.

import type { MailProvider, SiteView } from '@pendopo/protocol'
import { MailSettings, SiteChange } from '@pendopo/protocol/schemas'
import { Hono, type Context } from 'hono'
import type { OriginGuard } from '../auth/origin-guard.ts'
import type { RequestFacts } from '../auth/request-facts.ts'
import type { Installation } from '../installation.ts'
import { MAIL_PROVIDERS } from '../mail/providers.ts'
import type { MailService } from '../mail/service/mail-service.ts'
import { RequestError } from '../request-error.ts'
import { normaliseOrigin } from '../sites/normalise-origin.ts'
import { toSiteConfig } from '../sites/site-config.ts'
import { StoreError } from '../store/store-error.ts'
import type { Agent, DirectoryStore, Site } from '../store/store.ts'
import type { HttpEnv } from './http-env.ts'
import { readJson } from './read-json.ts'
import type { SignedIn } from './signed-in.ts'

interface Needs {
  readonly mail: MailService
  readonly directory: Pick<DirectoryStore, 'site' | 'sites' | 'updateSite'>
  readonly installation: Pick<Installation, 'addSite'>
  readonly guard: OriginGuard
  readonly facts: RequestFacts
  readonly basePath: string
  readonly signedIn: SignedIn
}

export function settingsRoutes({ mail, directory, installation, facts, basePath, signedIn }: Needs): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  const baseOf = (context: Context<HttpEnv>) => `${facts.ownOrigin(context.env.incoming)}${basePath}`

  async function admin(context: Context<HttpEnv>): Promise<Agent> {
    const agent = await signedIn(context)
    if (agent.role !== 'admin') throw new RequestError('forbidden', 'only an admin changes settings')
    return agent
  }

  async function siteOf(context: Context<HttpEnv>): Promise<Site> {
    const { workspace } = await admin(context)
    const site = await directory.site(context.req.param('id') ?? '')
    if (site === null || site.workspace !== workspace) throw new RequestError('not_found', 'no such site')
    return site
  }

  const toView = async (context: Context<HttpEnv>, { id, name, origins, config }: Site): Promise<SiteView> => ({
    ...{ id, name, config: { ...config } },
    origins: [...origins],
    snippet: `<script async src="${baseOf(context)}/${id}/widget.js"></script>`,
    mail: await mail.view(id),
  })

  async function answer(context: Context<HttpEnv>, id: string, status: 200 | 201 = 200, more: object = {}) {
    const site = await directory.site(id)
    if (site === null) throw new RequestError('not_found', 'no such site')
    return context.json({ site: await toView(context, site), ...more }, status)
  }

  app.get('/api/agent/sites', async (context) => {
    const { workspace } = await admin(context)
    const own = (await directory.sites()).filter((site) => site.workspace === workspace)
    const sites = await Promise.all(own.map((site) => toView(context, site)))
    return context.json({ sites, providers: PROVIDERS })
  })

  app.post('/api/agent/sites', async (context) => {
    await admin(context)
    const { name, origins, config } = await readJson(context, SiteChange)
    if (name === undefined || origins === undefined)
      throw new RequestError('invalid', 'name, origins: a new site needs both')
    const site = await refusing(() => installation.addSite({ name, origins, ...(config !== undefined && { config }) }))
    return answer(context, site.id, 201)
  })

  app.patch('/api/agent/sites/:id', async (context) => {
    const { id } = await siteOf(context)
    const { name, origins, config } = await readJson(context, SiteChange)
    await refusing(async () =>
      directory.updateSite(id, {
        ...(name !== undefined && { name }),
        ...(origins !== undefined && { origins: [...new Set(origins.map(toOrigin))] }),
        ...(config !== undefined && { config: toSiteConfig(config) }),
      }),
    )
    return answer(context, id)
  })

  app.put('/api/agent/sites/:id/mail', async (context) => {
    const site = await siteOf(context)
    const settings = await readJson(context, MailSettings)
    const { inboundToken } = await mail.accounts.save(site, settings, baseOf(context))
    return answer(context, site.id, 200, inboundToken === null ? {} : { inboundToken })
  })

  app.delete('/api/agent/sites/:id/mail', async (context) => {
    const { id } = await siteOf(context)
    await mail.accounts.remove(id)
    return answer(context, id)
  })

  app.post('/api/agent/sites/:id/mail/token', async (context) => {
    const { id } = await siteOf(context)
    const inboundToken = await mail.accounts.renewInboundToken(id)
    if (inboundToken === null) throw new RequestError('not_found', 'the site has no mail')
    return context.json({ inboundToken })
  })

  app.post('/api/agent/sites/:id/mail/check', async (context) => {
    const { id } = await siteOf(context)
    return context.json(await mail.check(id, await readJson(context, MailSettings)))
  })

  return app
}

function toOrigin(typed: string): string {
  const result = normaliseOrigin(typed)
  if (!result.ok) throw new TypeError(result.message)
  return result.origin
}

/** What somebody typed wrong is told to them in the words it was refused with. */
async function refusing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof TypeError || (error instanceof StoreError && error.code === 'taken'))
      throw new RequestError('invalid', error.message)
    throw error
  }
}

const PROVIDERS: readonly MailProvider[] = MAIL_PROVIDERS.map(({ id, name, smtp, imap, loginAdvice }) => ({
  ...{ id, name, hint: loginAdvice },
  smtp: { host: smtp.host, port: smtp.port, security: smtp.tls },
  ...(imap !== null && { imap: { host: imap.host, port: imap.port, security: imap.tls } }),
}))
