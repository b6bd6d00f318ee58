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
  /** An e-mail address, and a mail's subject. */
  addressLength: 254,
  subjectLength: 200,
  /** A closing reason. */
  reasonLength: 200,
  /** One typing signal per conversation and socket in this time. */
  typingIntervalMs: 2_000,
  /** A typing mark not renewed in this time is gone: two missed signals and the way there. */
  typingTtlMs: 6_000,
} as const

/** Those of files that our own clients check before they upload: with the code that uploads. */
export const FILE_LIMITS = {
  /** One file. */
  fileBytes: 16_777_216,
  filesPerMessage: 5,
  /** UTF-8 bytes of a file's name. */
  fileNameBytes: 120,
} as const

/** Those of an agent's account and mails: with the inbox, which visitors do not download. */
export const AGENT_LIMITS = {
  /** Characters of an agent's password, at least. */
  passwordLength: 12,
  /** Addresses in one of a mail's To, CC and BCC. */
  mailRecipients: 20,
} as const

const SERVER_LIMITS = {
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
  /** Messages in one mail. */
  mailMessages: 100,
  messageIdLength: 500,
  /** Between two mails with answers to an address that nobody has proven, and such mails in a day: it may be a stranger's. */
  mailSpacingUnprovenMs: 600_000,
  mailsPerDayUnproven: 5,
  /** Mails with answers to a proven address in a day. */
  mailsPerDayPerRecipient: 50,
  /** Mails of one conversation, whoever had them sent: more than people write, and fewer than a loop. */
  mailsPerHourPerConversation: 30,
  mailsPerDayPerConversation: 60,
  /** Recipients of all mails of a site: far above what a busy team writes, and below what ruins a sender's name. */
  mailsPerHourPerSite: 2_000,
  mailsPerDayPerSite: 10_000,
  /** Messages a visitor may send: a burst, then this many a second. */
  postBurst: 10,
  postPerSecond: 1,
  /** Messages an agent may send. */
  agentPostBurst: 30,
  agentPostPerSecond: 5,
  /** Requests of any kind one socket may make a second. */
  requestsPerSecond: 20,
  newConversationsPerHour: 6,
  /** An office of 200 behind one address, each with one conversation, and some of them with two. */
  newConversationsPerHourPerAddress: 300,
  newConversationsPerHourPerSite: 3_000,
  socketsPerVisitor: 10,
  /** The same office with three tabs each. */
  socketsPerAddress: 600,
  socketsUnauthenticated: 200,
  /** A socket that has not said who it is by then is closed. */
  authenticateWithinMs: 5_000,
  /**
   * HTTP requests in a minute: of one session or visitor's token, or, without either, from one address to one site. Built
   * files, the loader, `/health` and `/metrics` are not counted.
   */
  httpPerMinute: 300,
  /** The last line, whoever asks: many offices share an address. */
  httpPerMinutePerAddress: 6_000,
  /** Failed attempts at one account from one address, and from all of them, in `loginWindowMs`. */
  loginsPerAccount: 5,
  loginsPerAccountAnywhere: 50,
  /** Failed attempts at any account from one address, in the same time. */
  loginsPerAddress: 20,
  /** Wrong codes of the second step at one account, wherever from, in the same time. */
  codesPerAccount: 10,
  loginWindowMs: 900_000,
  /** An agent's session: at most this long, and at most this long unused. */
  sessionMs: 43_200_000,
  sessionIdleMs: 7_200_000,
  /** What one visitor may upload within 24 hours; agents have no such limit. */
  fileBytesPerDay: 83_886_080,
  /** Uploads of one visitor or agent, and of visitors from one address, in an hour. */
  uploadsPerHour: 60,
  uploadsPerHourPerAddress: 240,
  /** Uploads under way: of one person, and in one process. */
  uploadsAtOnce: 5,
  uploadsAtOncePerProcess: 64,
  /** Width times height of an image: what a browser needs to show it is four bytes for each. */
  imagePixels: 50_000_000,
  /** An upload from which nothing comes for this long is given up, and so is one that is not complete by then. */
  uploadIdleMs: 10_000,
  uploadWithinMs: 300_000,
  /** Any other body has this long to arrive. */
  bodyWithinMs: 10_000,
  /** A signed address of a file ends after at most this. */
  fileUrlMs: 600_000,
  /** Files whose addresses one request may ask for. */
  fileUrls: 50,
  /** An uploaded file that no message has used by then is deleted. */
  unusedFileMs: 86_400_000,
  /** A visitor's token, counted from its last use. */
  visitorTokenMs: 2_592_000_000,
  /** How far ahead an identity token of the host's back end may put its own end, and by how much the two clocks may differ. */
  identityTokenMs: 3_600_000,
  identityLeewayMs: 60_000,
} as const

/**
 * All of them, in steps of as many as the types of `assign` know. Marked as pure, or a bundler that cannot know what a
 * spread does keeps them for a client that wants none.
 */
export const LIMITS = /* @__PURE__ */ Object.assign(
  {},
  CLIENT_LIMITS,
  FILE_LIMITS,
  /* @__PURE__ */ Object.assign({}, AGENT_LIMITS, SERVER_LIMITS),
)
