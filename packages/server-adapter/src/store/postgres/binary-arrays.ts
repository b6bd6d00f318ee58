// Arrays as Postgres takes them in its binary format: a group's columns go to the server as they are, in place of a text
// that both sides escape, quote and parse. pg sends a parameter that is a Buffer in this format. The statement has to
// name the array's type, for the server refuses elements of another one.

/** What the elements are: their type's number in `pg_type`, and how one is written. */
interface Element<Value> {
  readonly type: number
  sizeOf(value: Value): number
  write(value: Value, into: Buffer, at: number): void
}

const HEAD = 20
const LENGTH = 4
/** In place of a length. */
const NULL = -1
const TWO_TO_32 = 2 ** 32

const arrayOf =
  <Value>({ type, sizeOf, write }: Element<Value>) =>
  (values: readonly (Value | null)[]): Buffer => {
    let size = HEAD
    for (const value of values) size += LENGTH + (value === null ? 0 : sizeOf(value))
    const array = Buffer.allocUnsafe(size)
    let at = HEAD
    let hasNull = 0
    for (const value of values) {
      const length = value === null ? NULL : sizeOf(value)
      array.writeInt32BE(length, at)
      at += LENGTH
      if (value === null) hasNull = 1
      else {
        write(value, array, at)
        at += length
      }
    }
    // One dimension, whether there are nulls, the type, how many, and the index of the first.
    for (const [index, part] of [1, hasNull, type, values.length, 1].entries()) array.writeInt32BE(part, index * 4)
    return array
  }

export const int4Array = arrayOf<number>({
  type: 23,
  sizeOf: () => 4,
  write: (value, into, at) => void into.writeInt32BE(value, at),
})

/** Of integers that a number holds exactly. */
export const int8Array = arrayOf<number>({
  type: 20,
  sizeOf: () => 8,
  write(value, into, at) {
    const high = Math.floor(value / TWO_TO_32)
    into.writeInt32BE(high, at)
    into.writeUInt32BE(value - high * TWO_TO_32, at + 4)
  },
})

export const textArray = arrayOf<string>({
  type: 25,
  sizeOf: (value) => Buffer.byteLength(value),
  write: (value, into, at) => void into.write(value, at),
})

export const byteaArray = arrayOf<Buffer>({
  type: 17,
  sizeOf: (value) => value.length,
  write: (value, into, at) => void value.copy(into, at),
})
