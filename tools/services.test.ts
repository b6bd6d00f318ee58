import { once } from 'node:events'
import { connect } from 'node:net'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import {
  createDatabase,
  startMailServer,
  startPostgres,
  startRedis,
  type MailServer,
  type PrivateServer,
} from './services.mjs'

const started: PrivateServer[] = []
async function own<Server extends PrivateServer>(starting: Promise<Server>): Promise<Server> {
  const server = await starting
  started.push(server)
  return server
}
afterAll(async () => {
  for (const server of started) await server.stop()
})

async function ask(url: string, statement: string) {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}

describe('a private Postgres', () => {
  it('keeps what was committed through a kill and a restart on the same port', async () => {
    const postgres = await own(startPostgres())
    const database = await createDatabase(postgres.url)
    await ask(database.url, 'create table note (text text)')
    await ask(database.url, "insert into note values ('stored')")
    await postgres.kill()
    expect(postgres.pid()).toBeUndefined()
    await expect(ask(database.url, 'select 1')).rejects.toThrow('ECONNREFUSED')
    await postgres.start()
    expect(await ask(database.url, 'select text from note')).toEqual([{ text: 'stored' }])
    await database.drop()
    await expect(ask(database.url, 'select 1')).rejects.toThrow('does not exist')
  })
})

describe('a private Redis', () => {
  it('answers again on the same port after a kill', async () => {
    const redis = await own(startRedis())
    const ping = async () => {
      const socket = connect(redis.port, '127.0.0.1')
      socket.write('PING\r\n')
      const [data] = await once(socket, 'data')
      socket.destroy()
      return String(data)
    }
    expect(await ping()).toBe('+PONG\r\n')
    await redis.kill()
    await expect(ping()).rejects.toThrow('ECONNREFUSED')
    await redis.start()
    expect(await ping()).toBe('+PONG\r\n')
  })
})

describe('a private mail server', () => {
  /** What it answers to these commands, each on its line, until it says goodbye. */
  async function talk({ host, port }: MailServer, ...commands: readonly string[]) {
    const socket = connect(port, host)
    socket.write([...commands, 'LOGOUT'].map((command, n) => `${n} ${command}\r\n`).join(''))
    const pieces: Buffer[] = []
    socket.on('data', (piece: Buffer) => pieces.push(piece))
    await once(socket, 'end')
    socket.end()
    return Buffer.concat(pieces).toString()
  }

  it('numbers what is delivered, keeps it through a kill, and numbers it anew under another UIDVALIDITY', async () => {
    const mails = await own(startMailServer())
    mails.deliver(Buffer.from('Subject: one\r\n\r\nfirst\r\n'))
    mails.deliver(Buffer.from('Subject: two\r\n\r\nsecond\r\n'), new Date('2020-02-03T04:05:06Z'))
    const look = () =>
      talk(mails, `LOGIN ${mails.user} ${mails.password}`, 'EXAMINE INBOX', 'FETCH 1:* (UID INTERNALDATE)')
    const first = await look()
    expect(first).toContain('* 2 EXISTS')
    expect(first).toMatch(/UID 2 INTERNALDATE "03-Feb-2020 04:05:06 \+0000"/)
    const validity = /UIDVALIDITY (\d+)/.exec(first)?.[1]
    await mails.kill()
    await mails.start()
    expect(await look()).toContain(`UIDVALIDITY ${validity}]`)
    await mails.changeUidValidity()
    const later = await look()
    expect(later).toContain('* 2 EXISTS')
    expect(later).not.toContain(`UIDVALIDITY ${validity}]`)
    await mails.setPassword('another')
    expect(await look()).toMatch(/^0 NO \[AUTHENTICATIONFAILED\]/m)
  })

  it('runs twice at the same time, each with mails of its own', async () => {
    const [one, two] = await Promise.all([own(startMailServer()), own(startMailServer())])
    one.deliver(Buffer.from('Subject: one\r\n\r\n'))
    expect(await talk(one, `LOGIN ${one.user} ${one.password}`, 'EXAMINE INBOX')).toContain('* 1 EXISTS')
    expect(await talk(two, `LOGIN ${two.user} ${two.password}`, 'EXAMINE INBOX')).toContain('* 0 EXISTS')
  })
})
