// Every duration of the connection with the reason for its length.

/** From asking for a socket to the server's welcome. Longer than a slow TLS handshake on 3G, shorter than patience. */
export const GREETING_TIMEOUT_MS = 15_000

/** An ack that has not come by then makes the connection suspect: a slow disk's group commit takes a tenth of it. */
export const REQUEST_TIMEOUT_MS = 8_000

/** A suspect connection that stays silent this long is dead. Radio wake-up on a phone takes one to two seconds. */
export const PROBE_TIMEOUT_MS = 4_000

/** A loss shorter than this is nobody's business: most reconnects (Wi-Fi to mobile, a server restart) are over by then. */
export const OFFLINE_AFTER_MS = 4_000

/** First step of the back-off: a server that restarts is not met by everybody at once. */
export const RETRY_BASE_MS = 500

/** Longest step of the back-off. `online` and becoming visible cut it short, so it can be calm. */
export const RETRY_MAX_MS = 30_000

/** A connection that has held this long has earned a quick first retry again. */
export const STABLE_AFTER_MS = 10_000

/** A page hidden this long gives its socket back: most tabs never return within the day. */
export const REST_AFTER_MS = 300_000
