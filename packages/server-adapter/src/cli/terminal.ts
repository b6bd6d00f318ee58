/** What a command may touch of the process: tests pass their own. */
export interface Terminal {
  /** For people and programs that asked. */
  out(text: string): void
  readonly env: Readonly<Record<string, string | undefined>>
  /** Resolves when somebody wants the program to end. */
  stopped(): Promise<void>
}

/** Told to whoever typed it, in one sentence, with exit code 1. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
