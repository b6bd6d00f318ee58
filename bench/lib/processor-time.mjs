// Processor time of a process and its children, from /proc: what a server that is not ours (Postgres) has used. And of
// the whole machine: what neighbours took shows beside it.

import { readFileSync, readdirSync } from 'node:fs'
import { cpus } from 'node:os'

/** A tick of the kernel's accounting, in milliseconds: Linux has had 100 a second for long. */
const TICK_MS = 10

/** Milliseconds of processor time so far of this process and its living children; NaN where there is no /proc. */
export function timeOfTree(pid) {
  let ticks = 0
  try {
    for (const name of readdirSync('/proc')) if (/^\d+$/.test(name)) ticks += ticksOf(name, pid)
  } catch {
    return Number.NaN
  }
  return ticks * TICK_MS
}

function ticksOf(name, pid) {
  try {
    const text = readFileSync(`/proc/${name}/stat`, 'utf8')
    const [, parent, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return Number(name) === pid || Number(parent) === pid ? Number(fields[9]) + Number(fields[10]) : 0
  } catch {
    // It ended while we looked.
    return 0
  }
}

/** Milliseconds in which any core of the machine was busy, so far. */
export const timeOfMachine = () =>
  cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0)
