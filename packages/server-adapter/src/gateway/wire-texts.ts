// The JSON of what goes out with every message, put together by hand in about half the time of JSON.stringify, whose
// text it equals. Numbers and UUIDs need no escaping; whatever is not a plain message goes through JSON.stringify.

import { quoted, recordJson, type Answer, type EventsPacket, type WireEvent } from '@pendopo/protocol'

type Appended = { readonly ok: true } & Answer<'commands'>

/** Any answer; of all requests only `commands` is answered with results. */
export const answerJson = (answer: object): string =>
  isAppended(answer) ? appendedJson(answer) : JSON.stringify(answer)

/** Any packet; of all of them only `events` is a list. */
export const packetJson = (packet: unknown): string =>
  isEventsPacket(packet) ? eventsPacketJson(packet) : JSON.stringify(packet)

const isEventsPacket = (packet: unknown): packet is EventsPacket => Array.isArray(packet)

const eventsPacketJson = (packet: EventsPacket): string =>
  listJson(packet, ({ conversation, events, people }) => {
    const named = people === undefined ? '' : `,"people":${JSON.stringify(people)}`
    return `{"conversation":"${conversation}","events":${listJson(events, eventJson)}${named}}`
  })

const isAppended = (answer: object): answer is Appended => 'results' in answer

const appendedJson = ({ stream, results, events }: Appended): string =>
  `{"ok":true,"stream":{"kind":"${stream.kind}","id":"${stream.id}"},` +
  `"results":${listJson(results, resultJson)},"events":${listJson(events, eventJson)}}`

function resultJson(result: Appended['results'][number]): string {
  if (!result.ok) return JSON.stringify(result)
  const { id, at, n } = result
  const stored = at === undefined ? '' : `,"at":${at}`
  return `{"id":"${id}","ok":true${stored}${n === undefined ? '' : `,"n":[${n[0]},${n[1]}]`}}`
}

export function eventJson({ n, kind, id, actor, at, data, author, occurredAt, content }: WireEvent): string {
  const more =
    (author === undefined ? '' : `,"author":${JSON.stringify(author)}`) +
    (occurredAt === undefined ? '' : `,"occurredAt":${occurredAt}`) +
    (content === undefined ? '' : `,"content":${content === null ? 'null' : recordJson(content)}`)
  return (
    `{"n":${n},"kind":${quoted(kind)},"id":"${id}","actor":{"kind":"${actor.kind}","id":${quoted(actor.id)}},` +
    `"at":${at},"data":${isEmpty(data) ? '{}' : JSON.stringify(data)}${more}}`
  )
}

function isEmpty(data: object): boolean {
  for (const _key in data) return false
  return true
}

function listJson<Item>(items: readonly Item[], toJson: (item: Item) => string): string {
  let json = ''
  for (const item of items) json += json === '' ? toJson(item) : `,${toJson(item)}`
  return `[${json}]`
}
