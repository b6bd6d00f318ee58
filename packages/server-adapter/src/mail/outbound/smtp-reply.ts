/** What a mail server answered. */
export interface SmtpReply {
  readonly status: number
  /** RFC 3463: `5.1.1`; empty where there is none. */
  readonly enhanced: string
  /** The more telling of the two, with the status: `550 5.1.1`. */
  readonly code: string
  /** Its words, on one line. */
  readonly text: string
  /** How long it asks to wait, in words. */
  readonly retryAfterMs?: number
}

/** A server that asks for more than this is asked again within the hour anyway. */
const LONGEST_WAIT_MS = 3_600_000

const WAIT = /(?:again|later|retry|wait|in|after|for)[^\d]{0,20}(\d{1,5})\s*(s|m|h)/i

/** A failure reply, 4xx or 5xx; `null` for anything else. */
export function readReply(response: string): SmtpReply | null {
  const lines = response.slice(0, 2_000).split(/\r?\n/)
  const first = /^([45]\d\d)[ -]?(?:([45]\.\d{1,3}\.\d{1,3})\b)?/.exec(lines[0] ?? '')
  if (first === null) return null
  const [, status = '', enhanced = ''] = first
  const text = lines
    .map((line) => line.replace(/^\d{3}[ -]?/, '').replace(/^[45]\.\d{1,3}\.\d{1,3}\s*/, ''))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 300)
  const wait = status.startsWith('4') ? waitOf(text) : undefined
  return {
    status: Number(status),
    enhanced,
    code: enhanced === '' ? status : `${status} ${enhanced}`,
    text,
    ...(wait !== undefined && { retryAfterMs: wait }),
  }
}

function waitOf(text: string): number | undefined {
  const [, count, unit = ''] = WAIT.exec(text) ?? []
  if (count === undefined) return undefined
  const unitMs = { s: 1_000, m: 60_000, h: 3_600_000 }[unit.toLowerCase()] ?? 1_000
  return Math.min(Number(count) * unitMs, LONGEST_WAIT_MS)
}
