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

/** A column as it grows. */
interface Growing {
  readonly oid: number
  buffer: Buffer
  at: number
  length: number
  nulls: number
}

/** Where values begin: after what {@link methods} `done` writes. */
const HEAD = 20
/** Most columns hold one value or a few. */
const SMALL = 64

/** Begins a column that becomes a `type[]` parameter. A statement has dozens, so they share their functions. */
export function createColumn(type: keyof typeof OIDS): Column {
  const column = {
    __proto__: methods,
    oid: OIDS[type],
    buffer: Buffer.allocUnsafe(SMALL),
    at: HEAD,
    length: 0,
    nulls: 0,
  }
  return column as unknown as Column
}

/** Room for a value of so many bytes; gives where it goes. It may replace the buffer, so it comes first. */
function place(column: Growing, size: number): number {
  const end = column.at + 4 + size
  if (end > column.buffer.length) {
    const larger = Buffer.allocUnsafe(Math.max(column.buffer.length * 4, end))
    column.buffer.copy(larger, 0, 0, column.at)
    column.buffer = larger
  }
  column.buffer.writeInt32BE(size, column.at)
  const start = column.at + 4
  column.at = end
  column.length++
  return start
}

const methods: Omit<Column, 'length'> & ThisType<Growing> = {
  bool(value) {
    const start = place(this, 1)
    this.buffer[start] = value ? 1 : 0
  },
  int2(value) {
    const start = place(this, 2)
    this.buffer.writeInt16BE(value, start)
  },
  int4(value) {
    const start = place(this, 4)
    this.buffer.writeInt32BE(value, start)
  },
  int8(high, low) {
    const start = place(this, 8)
    this.buffer.writeInt32BE(high, start)
    this.buffer.writeInt32BE(low, start + 4)
  },
  float8(value) {
    const start = place(this, 8)
    this.buffer.writeDoubleBE(value, start)
  },
  time(milliseconds) {
    const start = place(this, 8)
    writeTime(this.buffer, start, milliseconds)
  },
  text(value) {
    const start = place(this, Buffer.byteLength(value))
    this.buffer.write(value, start)
  },
  bytes(value) {
    const start = place(this, value.length)
    value.copy(this.buffer, start)
  },
  null() {
    const start = place(this, 0)
    this.buffer.writeInt32BE(-1, start - 4)
    this.nulls = 1
  },
  done() {
    const { buffer, oid, length, nulls, at } = this
    buffer.writeInt32BE(length === 0 ? 0 : 1, 0)
    buffer.writeInt32BE(nulls, 4)
    buffer.writeInt32BE(oid, 8)
    buffer.writeInt32BE(length, 12)
    buffer.writeInt32BE(1, 16)
    return buffer.subarray(0, length === 0 ? 12 : at)
  },
}

/** PostgreSQL's years end at 294276 and begin at −4713; farther away is as good as infinitely far. */
const LATEST = Date.UTC(200_000, 0, 1)
const EARLIEST = Date.UTC(-4000, 0, 1)
const HALF = 2 ** 32

/** Microseconds since 2000 as two halves; the greatest and the least are PostgreSQL's infinities. */
function writeTime(buffer: Buffer, start: number, milliseconds: number): void {
  if (Number.isNaN(milliseconds)) throw new Error('a time is a number')
  if (milliseconds > LATEST || milliseconds < EARLIEST) {
    const late = milliseconds > LATEST
    buffer.writeInt32BE(late ? 0x7fffffff : -0x80000000, start)
    buffer.writeUInt32BE(late ? 0xffffffff : 0, start + 4)
    return
  }
  const microseconds = Math.round((milliseconds - EPOCH) * 1000)
  const high = Math.floor(microseconds / HALF)
  buffer.writeInt32BE(high, start)
  buffer.writeUInt32BE(microseconds - high * HALF, start + 4)
}
