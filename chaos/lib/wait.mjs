/** Resolves after `ms`. */
export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
