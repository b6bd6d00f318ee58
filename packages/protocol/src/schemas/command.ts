import * as v from 'valibot'
import { Timestamp, Uuid } from './primitives.ts'

/** The shape that all commands share. */
export const command = <const Kind extends string, const Data extends v.ObjectEntries>(kind: Kind, data: Data) =>
  v.object({
    /** UUIDv7 made by the author; unique per workspace, for ever. */
    id: Uuid,
    kind: v.literal(kind),
    /** When the author did it, by the author's clock. Shown, never used to order. */
    occurredAt: v.optional(Timestamp),
    data: v.object(data),
  })
