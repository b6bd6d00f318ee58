// All of HTTP as one Node handler. Hono routes by the path below `basePath`, whoever took the mount path off or left it.

import type { IncomingMessage, RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import type { Logger } from 'pino'
import type { RequestFacts } from '../auth/request-facts.ts'
import type { ServerLimits } from '../options.ts'
import { isExpected, isStoreUnavailable, RequestError } from '../request-error.ts'
import { pathBelow } from './base-path.ts'
import { errorResponse } from './errors.ts'
import type { HttpEnv } from './http-env.ts'
import { requestLimit } from './request-limit.ts'

interface Needs {
  readonly basePath: string
  readonly facts: RequestFacts
  readonly limits: ServerLimits
  readonly logger: Logger
  /** Where `/` leads. */
  readonly home: '/demo' | '/inbox/'
  readonly routes: readonly Hono<HttpEnv>[]
}

export interface HttpHandler {
  readonly listener: RequestListener
  /** Method and path of everything that is served. */
  readonly routes: readonly string[]
}

/** What guards many paths is none of its own. */
const isRoute = ({ method }: { readonly method: string }): boolean => method !== 'ALL'

export function createHttpHandler({ basePath, facts, limits, logger, home, routes }: Needs): HttpHandler {
  const app = new Hono<HttpEnv>({ getPath: (_request, options) => pathOf(options?.env) })

  app.use(requestLimit({ facts, limits }))
  app.get('/', (context) => context.redirect(`${basePath}${home}`, 302))
  for (const part of routes) app.route('/', part)
  app.notFound((context) => errorResponse(context, new RequestError('not_found', 'nothing here')))
  app.onError((error, context) => {
    if (isStoreUnavailable(error)) logger.warn({ err: error }, 'the database did not answer')
    else if (!isExpected(error)) logger.error({ err: error, path: context.req.path }, 'unable to answer a request')
    return errorResponse(context, error)
  })

  function pathOf(env: { readonly incoming: IncomingMessage } | undefined): string {
    return (env && pathBelow(basePath, env.incoming)) ?? '/nothing-of-ours'
  }

  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  return {
    listener: (request, response) => void listener(request, response),
    routes: [...new Set(app.routes.filter(isRoute).map(({ method, path }) => `${method} ${path}`))].toSorted(),
  }
}
