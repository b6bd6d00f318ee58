// A site's mail, set up as an admin's program would: what comes in comes by HTTP.

import type { MailSettings } from '@pendopo/protocol'
import * as v from 'valibot'
import { RECEIVER } from './incoming-mail.ts'
import { connectAgent } from './plain-client.ts'
import type { TestServer } from './server.ts'

const ADDRESS = 'support@acme.example'

/** Nothing goes out. */
const SETTINGS: MailSettings = {
  ...{ address: ADDRESS, fallback: false, delayMinutes: 1, imap: null, dkim: null },
  smtp: { host: '127.0.0.1', port: 1, security: 'none' },
  ...{ authentication: 'receiver-header', authservId: RECEIVER },
}

const Saved = v.object({
  site: v.object({ mail: v.object({ incomingUrl: v.string() }) }),
  inboundToken: v.string(),
})

/** Resolves with the address, and a way to deliver mails there. */
export async function setUpIncomingMail(server: Pick<TestServer, 'url' | 'site' | 'admin'>) {
  const { cookie, close } = await connectAgent(server, server.admin)
  close()
  const answer = await fetch(`${server.url}/api/agent/sites/${server.site}/mail`, {
    method: 'PUT',
    headers: { cookie, origin: server.url, 'content-type': 'application/json' },
    body: JSON.stringify(SETTINGS),
  })
  const { site, inboundToken } = v.parse(Saved, await answer.json())
  return {
    address: ADDRESS,
    /** Resolves when it is stored. */
    async deliver(mail: Buffer): Promise<void> {
      const { status } = await fetch(site.mail.incomingUrl, {
        method: 'POST',
        headers: { authorization: `Bearer ${inboundToken}`, 'content-type': 'message/rfc822' },
        body: new Uint8Array(mail),
      })
      if (status !== 200) throw new Error(`unable to deliver a mail; it was answered with ${status}`)
    },
  }
}
