/** What one step of the doctor found. */
export interface Finding {
  readonly step: string
  readonly level: 'ok' | 'warn' | 'fail'
  /** What is. */
  readonly text: string
  /** What to do about it; `null` where nothing is to be done. */
  readonly advice: string | null
}

export const ok = (step: string, text: string): Finding => ({ step, level: 'ok', text, advice: null })
export const warn = (step: string, text: string, advice: string): Finding => ({ step, level: 'warn', text, advice })
export const fail = (step: string, text: string, advice: string): Finding => ({ step, level: 'fail', text, advice })

/** An error as one line; some of many addresses have their reasons inside. */
export function toReason(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(toReason).join(', ')
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ')
}
