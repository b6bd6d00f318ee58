// Arrays as Postgres takes them in its binary format: a group's columns go to the server as they are, in place of a text
// that both sides escape, quote and parse. pg sends a parameter that is a Buffer in this format. The statement has to
// name the array's type, for the server refuses elements of another one. Each is written in one pass over the rows: it
// happens on the thread that holds the sockets, with every message.

/** What the elements are: their type's number in `pg_type`, and how one is written. */
interface Element<Value> {
  readonly type: number
  /** Bytes that one takes at most. */
  roomFor(value: Value): number
  /** Returns how many bytes it has written. */
  write(value: Value, into: Buffer, at: number): number
}

/** The array of what each row has. */
type ToArray<Value> = <Row>(rows: readonly Row[], valueOf: (row: Row) => Value | null) => Buffer

const HEAD = 20
const LENGTH = 4
/** In place of a length. */
const NULL = -1
const TWO_TO_32 = 2 ** 32

/** Where an array is written until its length is known. One that outgrows it gets room of its own. */
const scratch = Buffer.allocUnsafeSlow(65_536)

function arrayOf<Value>({ type, roomFor, write }: Element<Value>): ToArray<Value> {
  return (rows, valueOf) => {
    let array = scratch
    let at = HEAD
    let hasNull = 0
    for (const row of rows) {
      const value = valueOf(row)
      const room = LENGTH + (value === null ? 0 : roomFor(value))
      if (at + room > array.length) array = Buffer.concat([array.subarray(0, at)], 2 * (at + room))
      if (value === null) {
        hasNull = 1
        at = array.writeInt32BE(NULL, at)
      } else {
        const length = write(value, array, at + LENGTH)
        at = array.writeInt32BE(length, at) + length
      }
    }
    // One dimension, whether there are nulls, the type, how many, and the index of the first.
    for (const [index, part] of [1, hasNull, type, rows.length, 1].entries()) array.writeInt32BE(part, index * 4)
    return Buffer.from(array.subarray(0, at))
  }
}

export const int4Array = arrayOf<number>({
  type: 23,
  roomFor: () => 4,
  write: (value, into, at) => into.writeInt32BE(value, at) - at,
})

/** Of integers that a number holds exactly. */
export const int8Array = arrayOf<number>({
  type: 20,
  roomFor: () => 8,
  write(value, into, at) {
    const high = Math.floor(value / TWO_TO_32)
    return into.writeUInt32BE(value - high * TWO_TO_32, into.writeInt32BE(high, at)) - at
  },
})

/** A code unit takes three bytes at most. */
const MOST_UTF8_BYTES = 3

export const textArray = arrayOf<string>({
  type: 25,
  roomFor: (value) => MOST_UTF8_BYTES * value.length,
  write: (value, into, at) => into.write(value, at),
})

export const byteaArray = arrayOf<Buffer>({
  type: 17,
  roomFor: (value) => value.length,
  write: (value, into, at) => value.copy(into, at),
})
