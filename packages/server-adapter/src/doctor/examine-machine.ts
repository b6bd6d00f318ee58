// What the doctor looks at on the machine: Node, folders and their disks, the limit of open files.

import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { access, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fail, ok, toReason, warn, type Finding } from './finding.ts'

const OLDEST_NODE = [20, 19] as const

export function examineNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])
  return isOld
    ? fail('node', `Node ${version} is too old`, `install Node ${OLDEST_NODE.join('.')} or newer`)
    : ok('node', `Node ${version}`)
}

const MEGABYTE = 1_048_576
/** The database's write-ahead log alone grows to 64 MB, and a full disk stops all writing. */
const LEAST_FREE_MB = 200
/** Time to act, at some thousand messages and files a day. */
const ENOUGH_FREE_MB = 2_048

/** Whether a folder can be written, by a file that is removed again, and how much room its disk has. */
export async function examineFolder(step: string, folder: string): Promise<readonly Finding[]> {
  const there = await nearest(folder)
  try {
    if (there === folder) await probe(folder)
    else await access(there, constants.W_OK | constants.X_OK)
  } catch (error) {
    const advice = `let the user that runs the server write there: chown or chmod ${there}`
    return [fail(step, `${folder} cannot be written; ${toReason(error)}`, advice)]
  }
  const isThere = there === folder
  const finding = ok(step, isThere ? `${folder} can be written` : `${folder} is not there yet, and can be made`)
  return [finding, await examineSpace(`${step} space`, there)]
}

async function examineSpace(step: string, folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder)
  const free = Math.floor((bavail * bsize) / MEGABYTE)
  if (free < LEAST_FREE_MB)
    return fail(step, `${free} MB are free`, `make room: below ${LEAST_FREE_MB} MB writing may stop at any time`)
  if (free < ENOUGH_FREE_MB) return warn(step, `${free} MB are free`, 'make room, or move the data to a larger disk')
  return ok(step, `${free} MB are free`)
}

async function probe(folder: string): Promise<void> {
  const path = join(folder, `.doctor-${randomUUID()}`)
  try {
    await writeFile(path, 'pendopo doctor', { flag: 'wx' })
  } finally {
    await rm(path, { force: true })
  }
}

/** The folder, or the nearest above it that is there. */
async function nearest(path: string): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  const parent = dirname(path)
  return isThere || parent === path ? path : nearest(parent)
}

/** Each visitor's socket is an open file, beside those of the database and of uploads. */
const ENOUGH_OPEN_FILES = 4_096

/** Linux tells a process its limits as a file. */
export async function examineOpenFiles(limits = '/proc/self/limits'): Promise<Finding> {
  const step = 'open files'
  const text = await readFile(limits, 'utf8').catch(() => '')
  const [, limit] = /^Max open files +(\d+|unlimited)/m.exec(text) ?? []
  if (limit === undefined) return ok(step, 'this system does not tell its limit')
  if (limit !== 'unlimited' && Number(limit) < ENOUGH_OPEN_FILES)
    return warn(
      step,
      `at most ${limit}, and each visitor's connection is one`,
      `raise it to ${ENOUGH_OPEN_FILES} or more: ulimit -n, LimitNOFILE= in systemd, --ulimit nofile= in Docker`,
    )
  return ok(step, `at most ${limit}`)
}
