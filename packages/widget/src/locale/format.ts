// Times and days in the visitor's language and time zone, through Intl.

export interface Format {
  /** 14:05 or 2:05 PM. */
  time(at: number): string
  /** Today, yesterday, or the date; `now` says which day is today. */
  day(at: number, now: number): string
  /** Date and time in full, for the tooltip. */
  full(at: number): string
}

const DAY_MS = 86_400_000

/** The midnight before, local time: equal for all moments of a day. */
export const dayOf = (at: number): number => new Date(at).setHours(0, 0, 0, 0)

/** Formats for a language tag; a tag that is none counts as English. */
export function createFormat(tag: string): Format {
  const make = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
    try {
      return new Intl.DateTimeFormat(tag, options)
    } catch {
      return new Intl.DateTimeFormat('en', options)
    }
  }
  const time = make({ hour: 'numeric', minute: '2-digit' })
  const date = make({ weekday: 'long', day: 'numeric', month: 'long' })
  const dated = make({ day: 'numeric', month: 'long', year: 'numeric' })
  const full = make({ dateStyle: 'full', timeStyle: 'short' })
  const relative = new Intl.RelativeTimeFormat(time.resolvedOptions().locale, { numeric: 'auto' })
  return {
    time: (at) => time.format(at),
    full: (at) => full.format(at),
    day(at, now) {
      // Rounded, because days with a change of the clock have 23 or 25 hours.
      const ago = Math.round((dayOf(now) - dayOf(at)) / DAY_MS)
      if (ago < 0 || ago > 300) return dated.format(at)
      if (ago > 1) return date.format(at)
      const word = relative.format(-ago, 'day')
      return word.charAt(0).toUpperCase() + word.slice(1)
    },
  }
}
