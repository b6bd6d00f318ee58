/** Resolves with the promise, or once this much time has gone by: for what is worth waiting for, and not for ever. */
export function within(ms: number, promise: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    promise.then(() => resolve(), reject).finally(() => clearTimeout(timer))
  })
}
