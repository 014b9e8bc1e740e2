/**
 * PostgreSQL's binary forms of the few types that pass in bulk. Numbers are big-endian.
 * https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-FORMAT-CODES
 */

/** Milliseconds from 1970 to 2000, where PostgreSQL's time begins. */
const EPOCH = 946_684_800_000

const OIDS = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  float8: 701,
  timestamptz: 1184,
  uuid: 2950,
} as const

/** Values of one column, gathered into one array parameter. */
export interface Column {
  bool(value: boolean): void
  int2(value: number): void
  int4(value: number): void
  /** An eight-byte whole number as its two halves. */
  int8(high: number, low: number): void
  float8(value: number): void
  /** Milliseconds since 1970; ±Infinity are PostgreSQL's. */
  time(milliseconds: number): void
  text(value: string): void
  /** bytea or uuid. */
  bytes(value: Buffer): void
  null(): void
  readonly length: number
  /** The array parameter. The column can't be added to after. */
  done(): Buffer
}

/** Begins a column that becomes a `type[]` parameter. */
export function createColumn(type: keyof typeof OIDS): Column {
  let buffer = Buffer.allocUnsafe(512)
  let at = 20
  let length = 0
  let nulls = 0

  /** Room for a value of so many bytes; gives where it goes. */
  function place(size: number): number {
    if (at + 4 + size > buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, at + 4 + size))
      buffer.copy(larger, 0, 0, at)
      buffer = larger
    }
    buffer.writeInt32BE(size, at)
    const start = at + 4
    at = start + size
    length++
    return start
  }

  return {
    bool: (value) => {
      const start = place(1) // first, since it may replace the buffer
      buffer.writeUInt8(value ? 1 : 0, start)
    },
    int2: (value) => {
      const start = place(2)
      buffer.writeInt16BE(value, start)
    },
    int4: (value) => {
      const start = place(4)
      buffer.writeInt32BE(value, start)
    },
    int8: (high, low) => {
      const start = place(8)
      buffer.writeInt32BE(high, start)
      buffer.writeInt32BE(low, start + 4)
    },
    float8: (value) => {
      const start = place(8)
      buffer.writeDoubleBE(value, start)
    },
    time: (milliseconds) => {
      const start = place(8)
      buffer.writeBigInt64BE(toMicroseconds(milliseconds), start)
    },
    text: (value) => {
      const size = Buffer.byteLength(value)
      const start = place(size)
      buffer.write(value, start)
    },
    bytes: (value) => {
      const start = place(value.length)
      value.copy(buffer, start)
    },
    null: () => {
      place(0)
      buffer.writeInt32BE(-1, at - 4)
      nulls = 1
    },
    get length() {
      return length
    },
    done: () => {
      buffer.writeInt32BE(length === 0 ? 0 : 1, 0)
      buffer.writeInt32BE(nulls, 4)
      buffer.writeInt32BE(OIDS[type], 8)
      buffer.writeInt32BE(length, 12)
      buffer.writeInt32BE(1, 16)
      return buffer.subarray(0, length === 0 ? 12 : at)
    },
  }
}

const FOREVER = 9_223_372_036_854_775_807n
const NEVER = -9_223_372_036_854_775_808n
/** PostgreSQL's years end at 294276 and begin at −4713; farther away is as good as infinitely far. */
const LATEST = Date.UTC(200_000, 0, 1)
const EARLIEST = Date.UTC(-4000, 0, 1)

function toMicroseconds(milliseconds: number): bigint {
  if (milliseconds > LATEST) return FOREVER
  if (milliseconds < EARLIEST) return NEVER
  return BigInt(Math.round((milliseconds - EPOCH) * 1000))
}
