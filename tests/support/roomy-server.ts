// A server with its rate limits raised, for tests that say more than a visitor may.

import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { startNode } from './run.ts'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../../tools/roomy-server.mjs', import.meta.url))
const TOKEN_LIFE_S = 600

const Ready = v.object({
  url: v.string(),
  inbox: v.string(),
  page: v.string(),
  secret: v.string(),
  agents: v.pipe(v.array(v.object({ email: v.string(), password: v.string() })), v.minLength(1)),
})

export type RoomyServer = Awaited<ReturnType<typeof startRoomyServer>>

/** Starts one with a site that lists these origins. */
export async function startRoomyServer({
  site,
  origins,
  agentName,
}: {
  site: string
  origins: readonly string[]
  agentName: string
}) {
  const data = mkdtempSync(join(tmpdir(), 'pendopo-roomy-'))
  const { child, firstLine, outcome } = startNode([
    PROGRAM,
    JSON.stringify({ data, site: { id: site, name: 'Roomy' }, origins, agentName }),
  ])
  const { url, inbox, page, secret, agents } = v.parse(Ready, JSON.parse(await firstLine))
  const [admin] = agents
  if (admin === undefined) throw new Error('a server without an agent')

  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
  return {
    url,
    inbox,
    page,
    site,
    admin,
    /** The folder with its data. */
    data,
    /** What a host's back end would sign for somebody who is signed in there. */
    signIdentity(claims: { readonly sub: string; readonly name?: string; readonly [claim: string]: unknown }): string {
      const now = Math.floor(Date.now() / 1_000)
      const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ aud: site, iat: now, exp: now + TOKEN_LIFE_S, ...claims })}`
      return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`
    },
    async close() {
      child.kill('SIGTERM')
      await outcome
      rmSync(data, { recursive: true, force: true })
    },
  }
}
