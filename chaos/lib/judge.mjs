// The oracle: compares what clients were promised and what they show with what the database holds and what a newcomer
// is told. It shares no code with the product.

/** Zeros that a scenario adds its own to. */
export const NOTHING = {
  sent: 0,
  acked: 0,
  stored: 0,
  lost: 0,
  missing: 0,
  duplicates: 0,
  gaps: 0,
  orderErrors: 0,
  differing: 0,
}

/** What must be zero for the promise to hold. */
export const FAULTS = ['lost', 'missing', 'duplicates', 'gaps', 'orderErrors', 'differing']

const isMessage = ({ kind }) => kind === 'message.posted'

/**
 * `clients`: the diaries (`sent`, `views`). `stored`: logs from the database, `told`: from the protocol (or null).
 * Returns counts, and the first few faults in words.
 */
export function judge({ clients, sightings = [], stored, told = null }) {
  const faults = []
  const counts = { ...NOTHING }
  const found = (what, text) => {
    counts[what]++
    if (faults.length < 20) faults.push(text)
  }

  const places = new Map()
  const words = new Map()
  for (const [conversation, log] of stored) {
    judgeNumbers(conversation, log, found)
    for (const [index, event] of log.filter(isMessage).entries()) {
      counts.stored++
      if (places.has(event.id)) found('duplicates', `${event.id} is stored twice`)
      else if (words.has(event.text)) found('duplicates', `"${event.text}" is stored twice, under two ids`)
      places.set(event.id, { conversation, index, event })
      words.set(event.text, event.id)
    }
  }

  for (const { name, side, sent } of clients) {
    const last = new Map()
    for (const { id, text, n, failed } of sent) {
      counts.sent++
      if (n !== null) counts.acked++
      const place = places.get(id)
      if (place === undefined) {
        if (n !== null) found('lost', `"${text}" of ${name} was acknowledged as ${n} and is not stored`)
        else found('missing', `"${text}" of ${name} never arrived${failed === null ? '' : ` (${failed})`}`)
        continue
      }
      const number = side === 'agent' ? place.event.seq : place.event.publicSeq
      if (n !== null && n !== number)
        found('orderErrors', `"${text}" of ${name} was acknowledged as ${n} and is ${number}`)
      const before = last.get(place.conversation) ?? -1
      if (place.index <= before) found('orderErrors', `"${text}" of ${name} is stored before what was written earlier`)
      last.set(place.conversation, Math.max(before, place.index))
    }
  }
  for (const text of sightings) found(text.includes('twice') ? 'duplicates' : 'orderErrors', text)
  judgeViews(clients, stored, found)
  if (told !== null) judgeTold(told, stored, found)
  return { counts, faults, passed: FAULTS.every((what) => counts[what] === 0) }
}

/** Both numberings run 1, 2, 3 … and time does not go back. */
function judgeNumbers(conversation, log, found) {
  let seq = 0
  let publicSeq = 0
  let at = 0
  for (const event of log) {
    if (event.seq !== ++seq) {
      found('gaps', `${conversation} has ${event.seq} in place of ${seq}`)
      seq = event.seq
    }
    if (event.publicSeq !== null && event.publicSeq !== ++publicSeq) {
      found('gaps', `${conversation} has the public ${event.publicSeq} in place of ${publicSeq}`)
      publicSeq = event.publicSeq
    }
    if (event.at < at) found('orderErrors', `${conversation} goes back in time at ${event.seq}`)
    at = event.at
  }
}

/** What a client shows is the newest part of the log, whole and in order; a client may hold less than all. */
function judgeViews(clients, stored, found) {
  for (const { name, side, views } of clients) {
    for (const { conversation, messages } of views) {
      const log = (stored.get(conversation) ?? []).filter(isMessage)
      const held = messages.filter(({ n }) => n !== null && n > 0)
      const expected = log.slice(log.length - held.length)
      const number = (event) => (side === 'agent' ? event.seq : event.publicSeq)
      const isSame = expected.every((event, index) => event.id === held[index]?.id && number(event) === held[index].n)
      if (log.length > 0 && held.length === 0) found('differing', `${name} shows nothing of ${conversation}`)
      else if (!isSame)
        found(
          'differing',
          `${name} shows something else of ${conversation} than is stored: ${difference(
            expected.map((event) => ({ id: event.id, n: number(event) })),
            held,
          )}`,
        )
      if (messages.length > held.length)
        found('differing', `${name} still shows ${messages.length - held.length} unsent`)
    }
  }
}

/** The first place where what is shown is not what is stored, in words. */
function difference(expected, held) {
  const place = expected.findIndex(({ id, n }, index) => id !== held[index]?.id || n !== held[index].n)
  const say = (one) => (one === undefined ? 'nothing' : `${one.id} as ${one.n}`)
  return `${held.length} messages, at the ${place + 1}. ${say(held[place])} in place of ${say(expected[place])}`
}

function judgeTold(told, stored, found) {
  for (const [conversation, log] of stored) {
    const own = told.get(conversation)
    const expected = log.filter(isMessage)
    if (own === undefined) found('differing', `a newcomer is not told of ${conversation}`)
    else if (own.n !== log.at(-1)?.seq) found('differing', `a newcomer is told of ${own.n} in ${conversation}`)
    else if (
      own.messages.length !== expected.length ||
      expected.some(({ id, seq, text }, index) => {
        const message = own.messages[index]
        return message.id !== id || message.n !== seq || message.text !== text
      })
    )
      found('differing', `a newcomer is told something else of ${conversation} than is stored`)
  }
}

/** Adds the counts of several verdicts. */
export const sum = (list) =>
  list.reduce(
    (all, counts) =>
      Object.fromEntries(Object.keys({ ...all, ...counts }).map((key) => [key, (all[key] ?? 0) + (counts[key] ?? 0)])),
    {},
  )
