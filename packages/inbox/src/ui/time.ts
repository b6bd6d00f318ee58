// Times as people say them, in the reader's own language and hours. `locale` undefined means the browser's.

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

type Locale = string | undefined

const formats = new Map<string, Intl.DateTimeFormat>()

/** A formatter is made once: making one costs more than using it a hundred times. */
function format(locale: Locale, key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const id = `${locale ?? ''}|${key}`
  const known = formats.get(id) ?? new Intl.DateTimeFormat(locale, options)
  formats.set(id, known)
  return known
}

/** Midnights between the two moments, by the reader's calendar. */
export function daysBetween(earlier: number, later: number): number {
  const midnight = (at: number) => new Date(at).setHours(0, 0, 0, 0)
  return Math.round((midnight(later) - midnight(earlier)) / DAY_MS)
}

/** `14:05` */
export const toClockTime = (at: number, locale?: Locale) =>
  format(locale, 'time', { hour: 'numeric', minute: '2-digit' }).format(at)

/** For a list: the time today, the weekday within a week, the date before that. */
export function toListTime(at: number, now: number, locale?: Locale): string {
  const days = daysBetween(at, now)
  if (days <= 0) return toClockTime(at, locale)
  if (days < 7) return format(locale, 'weekday', { weekday: 'short' }).format(at)
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return sameYear
    ? format(locale, 'date', { day: 'numeric', month: 'short' }).format(at)
    : format(locale, 'year', { day: 'numeric', month: 'short', year: '2-digit' }).format(at)
}

/** For a separator in a thread: Today, Yesterday, the weekday and the date. */
export function toDayName(at: number, now: number, locale?: Locale): string {
  const days = daysBetween(at, now)
  if (days === 0) return 'Today'
  if (days === 1) return 'Yesterday'
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return sameYear
    ? format(locale, 'day', { weekday: 'long', day: 'numeric', month: 'long' }).format(at)
    : format(locale, 'day-year', { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' }).format(at)
}

/** The whole of it, for a tooltip. */
export const toFullTime = (at: number, locale?: Locale) =>
  format(locale, 'full', { dateStyle: 'full', timeStyle: 'short' }).format(at)

/** `3 min`, `2 h`, `4 d`: how long something lasts, at a glance. */
export function toShortDuration(ms: number): string {
  if (ms < MINUTE_MS) return '<1 min'
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`
  return `${Math.floor(ms / DAY_MS)} d`
}

/** `just now`, `5 min ago` */
export const toAgo = (at: number, now: number): string =>
  now - at < MINUTE_MS ? 'just now' : `${toShortDuration(now - at)} ago`
