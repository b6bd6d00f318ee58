// Every number a client can run into, in one place: the server enforces them, the clients plan with them, and
// `docs/protocol.md` quotes them. Durations are milliseconds, sizes are bytes unless the name says otherwise.

/** Those that our own clients plan with: apart, so that a browser does not download the others. */
export const CLIENT_LIMITS = {
  /** UTF-16 code units of a message's text; the composer stops here. */
  textLength: 4_000,
  /** One socket.io frame, and one JSON body over HTTP. */
  frameBytes: 65_536,
  /** Commands in one batch: a full outbox drains in few round trips and still fits a frame (LIMITS.frameBytes). */
  batchCommands: 50,
  /** Rows in one window of a list. */
  listRows: 100,
  /** Longest page title, page URL and referrer kept. */
  titleLength: 300,
  urlLength: 2_000,
  /** A closing reason. */
  reasonLength: 200,
  /** One typing signal per conversation and socket in this time. */
  typingIntervalMs: 2_000,
  /** A typing mark not renewed in this time is gone: two missed signals and the way there. */
  typingTtlMs: 6_000,
} as const

/** All of them. */
export const LIMITS = {
  ...CLIENT_LIMITS,
  /** UTF-8 bytes of a message's text: 4,000 characters of four bytes each. */
  textBytes: 16_384,
  /** A connection that has more than this waiting for a client that does not read is closed. */
  unsentBytes: 1_048_576,
  /** Items in one page of a thread. */
  pageItems: 50,
  /** A client further behind than this gets a snapshot in place of the events. */
  syncEvents: 300,
  /** Conversations one agent's socket may watch at once. */
  watched: 100,
  nameLength: 120,
  /** Messages a visitor may send: a burst, then this many a second. */
  postBurst: 10,
  postPerSecond: 1,
  /** Messages an agent may send. */
  agentPostBurst: 30,
  agentPostPerSecond: 5,
  /** Requests of any kind one socket may make a second. */
  requestsPerSecond: 20,
  newConversationsPerHour: 6,
  newConversationsPerHourPerAddress: 20,
  socketsPerVisitor: 10,
  socketsPerAddress: 60,
  socketsUnauthenticated: 200,
  /** A socket that has not said who it is by then is closed. */
  authenticateWithinMs: 5_000,
  /** HTTP requests from one address in a minute; built files, the loader, `/health` and `/metrics` are not counted. */
  httpPerMinute: 300,
  /** Attempts at one account, and from one address, in `loginWindowMs`. */
  loginsPerAccount: 5,
  loginsPerAddress: 20,
  loginWindowMs: 900_000,
  /** An agent's session: at most this long, and at most this long unused. */
  sessionMs: 43_200_000,
  sessionIdleMs: 7_200_000,
  /** A visitor's token, counted from its last use. */
  visitorTokenMs: 2_592_000_000,
} as const
