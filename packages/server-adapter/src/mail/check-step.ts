/** What one step of a check of a mailbox found; the steps after one that failed are not tried. */
export interface CheckStep {
  /** `address`, `connect`, `encryption`, `login` … */
  readonly step: string
  readonly ok: boolean
  readonly tookMs: number
  /** What is wrong, in one line. */
  readonly problem?: string
  /** What to do about it; with `ok`, what would be better. */
  readonly advice?: string
}
