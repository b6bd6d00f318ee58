// Times, days and sizes in the reader's language, through Intl.

export interface MailFormat {
  /** 14:05, or 2:05 PM; with the zone where it is not the reader's own. */
  time(at: number): string
  /** Monday, 5 May 2025. */
  day(at: number): string
  /** Both, shorter. */
  moment(at: number): string
  /** 12 kB, 3.4 MB. */
  size(bytes: number): string
  minutes(count: number): string
}

/** A zone that this machine does not know counts as none. */
export function createMailFormat(tag: string, zone: string | undefined): MailFormat {
  const timeZone = zone !== undefined && isTimeZone(zone) ? zone : 'UTC'
  const named = timeZone === zone ? {} : ({ timeZoneName: 'short' } as const)
  const date = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(tag, { timeZone, ...options })
  const time = date({ hour: 'numeric', minute: '2-digit', ...named })
  const day = date({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
  const moment = date({ day: 'numeric', month: 'short', year: 'numeric', hour: 'numeric', minute: '2-digit', ...named })
  const unit = (unit: string, maximumFractionDigits: number, unitDisplay: 'short' | 'long' = 'short') =>
    new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay, maximumFractionDigits })
  const [bytes, kilobytes, megabytes] = [unit('byte', 0), unit('kilobyte', 0), unit('megabyte', 1)]
  const minutes = unit('minute', 0, 'long')
  return {
    time: (at) => time.format(at),
    day: (at) => day.format(at),
    moment: (at) => moment.format(at),
    size: (count) =>
      count < 1_000
        ? bytes.format(count)
        : count < 1_000_000
          ? kilobytes.format(count / 1_000)
          : megabytes.format(count / 1_000_000),
    minutes: (count) => minutes.format(count),
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
