// How the server stands two hundred connections that mean harm, under the limits it really has: its memory beside what it was
// before, and how long the messages of those who just chat wait meanwhile.

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'
import { inFolder } from '../../bench/lib/folder.mjs'
import { startRoomyServer } from '../roomy-server.mjs'
import { log } from '../run.mjs'
import { chatHonestly, sumOf } from './honest.mjs'

const BESIEGERS = fileURLToPath(new URL('./besiegers.mjs', import.meta.url))
const SITE = 'fuzz'
const HONEST = 20
/** What a visitor may send without meeting a limit, with some room. */
const EVERY_MS = 1_100
/** Before the attack: what they wait on this machine, as busy as it is. */
const CALM_MS = 6_000
const LOOK_EVERY_MS = 1_000
/** SECURITY's figures, row 10. */
const MOST_RATIO = 2
const MOST_P99_MS = 250

const megabytes = (bytes) => Math.round((bytes / 2 ** 20) * 10) / 10

export async function run({ seconds, connections }) {
  return inFolder(async (data, defer) => {
    const server = await startRoomyServer({ data, site: { id: SITE, name: 'Fuzz' }, limits: {} })
    defer(() => server.close())
    const place = { url: server.url, site: SITE, origin: server.origin }
    const begin = () => Promise.all(Array.from({ length: HONEST }, () => chatHonestly({ ...place, everyMs: EVERY_MS })))
    const end = async (chats) => sumOf(await Promise.all(chats.map((one) => one.stop())))
    const before = await begin()
    await pause(CALM_MS)
    const calm = await end(before)
    const chats = await begin()
    const from = await server.usage()
    const idle = from.memory.rss
    const attackers = fork(BESIEGERS, [JSON.stringify({ ...place, connections })], { stdio: ['ignore', 2, 2, 'ipc'] })
    defer(() => attackers.kill('SIGKILL'))
    let most = idle
    const until = performance.now() + seconds * 1_000
    while (performance.now() < until) {
      await pause(LOOK_EVERY_MS)
      most = Math.max(most, (await server.usage()).memory.rss)
    }
    const cores = coresBetween(from.cpu, (await server.usage()).cpu, seconds)
    const answered = new Promise((resolve) => void attackers.once('message', resolve))
    attackers.send('count')
    const attacks = await answered
    log(`${attacks.begun} connections begun, ${attacks.joined} joined, ${attacks.ended} ended`)
    return { seconds, connections, attacks, rssMb: toRss(idle, most), cores, calm, honest: await end(chats) }
  })
}

const toRss = (idle, most) => ({
  idle: megabytes(idle),
  most: megabytes(most),
  ratio: Math.round((most / idle) * 100) / 100,
})

/** How many cores the server kept busy: on a machine that gives it fewer, everybody waits. */
const coresBetween = (from, to, seconds) =>
  Math.round((to.user + to.system - from.user - from.system) / seconds / 10_000) / 100

/** Why the server did not stand it; none where it did. */
export const reasonsOf = ({ rssMb, honest }) => [
  ...(rssMb.ratio >= MOST_RATIO ? [`the memory grew to ${rssMb.ratio} times`] : []),
  ...(honest.p99Ms >= MOST_P99_MS ? [`one message in a hundred waited ${honest.p99Ms} ms`] : []),
  ...(honest.failed > 0 ? [`${honest.failed} honest messages failed`] : []),
]
