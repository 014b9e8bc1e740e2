/**
 * A load generator on bare sockets, so that it takes as little of the two cores as it can.
 * Runs in a process of its own: `measure()` starts it, tells it what to ask and reads what it saw.
 */
import { fork } from 'node:child_process'
import { connect, type Socket } from 'node:net'

/** What to ask: the requests are sent in turn, over and over, by every connection. */
export interface Load {
  readonly port: number
  readonly connections: number
  readonly seconds: number
  readonly requests: readonly Request[]
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What came of it. Times in milliseconds. */
export interface Measured {
  readonly perSecond: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  /** Every answer, also before and after the counting. Whatever was asked was answered. */
  readonly answers: number
  /** Answers that were not 2xx, among all. */
  readonly errors: number
  readonly bytesPerAnswer: number
}

/** Runs the load in a process of its own. Nothing is counted during the first fifth. */
export function measure(load: Load): Promise<Measured> {
  const child = fork(new URL(import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return new Promise((resolve, reject) => {
    child.once('message', (measured) => resolve(measured as Measured))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the load generator ended with ${code}`)))
    child.send(load)
  })
}

if (process.send) {
  process.once('message', (load) => {
    run(load as Load).then(
      (measured) => process.send?.(measured, () => process.exit(0)),
      () => process.exit(1),
    )
  })
}

interface Tally {
  readonly times: number[]
  answers: number
  errors: number
  bytes: number
  counting: boolean
  stopped: boolean
}

/** A round goes on until it has so many answers to tell of, but for no longer than so. */
const FEWEST = 50
const MOST_MS = 15_000

async function run(load: Load): Promise<Measured> {
  const frames = load.requests.map(frameOf)
  const tally: Tally = {
    times: [],
    answers: 0,
    errors: 0,
    bytes: 0,
    counting: false,
    stopped: false,
  }
  let turn = 0
  const next = () => frames[turn++ % frames.length] ?? Buffer.alloc(0)
  const clients = Array.from({ length: load.connections }, () => client(load.port, next, tally))
  const warmUp = load.seconds * 200
  await new Promise((resolve) => setTimeout(resolve, warmUp))
  const start = performance.now()
  tally.counting = true
  const enough = start + load.seconds * 1000 - warmUp
  while (
    performance.now() < enough ||
    (tally.times.length < FEWEST && performance.now() < start + MOST_MS)
  )
    await new Promise((resolve) => setTimeout(resolve, 20))
  tally.counting = false
  const elapsed = (performance.now() - start) / 1000
  tally.stopped = true
  await Promise.all(clients)
  const times = Float64Array.from(tally.times).sort()
  const quantile = (share: number) => times[Math.floor(times.length * share)] ?? 0
  return {
    perSecond: times.length / elapsed,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    answers: tally.answers,
    errors: tally.errors,
    bytesPerAnswer: times.length ? Math.round(tally.bytes / times.length) : 0,
  }
}

function frameOf(request: Request): Buffer {
  const body = Buffer.from(request.body ?? '')
  const headers = {
    host: '127.0.0.1',
    ...(body.length && { 'content-length': String(body.length) }),
    ...request.headers,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([
    Buffer.from(`${request.method} ${request.path} HTTP/1.1\r\n${lines.join('')}\r\n`),
    body,
  ])
}

/** One connection: asks, reads the whole answer, asks again. */
function client(port: number, next: () => Buffer, tally: Tally): Promise<void> {
  return new Promise((resolve) => {
    const socket: Socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    let asked = 0
    let missing = -1
    let head: Buffer = Buffer.alloc(0)
    const ask = () => {
      if (tally.stopped) {
        socket.destroy()
        resolve()
        return
      }
      asked = performance.now()
      missing = -1
      head = Buffer.alloc(0)
      socket.write(next())
    }
    const finish = () => {
      tally.answers++
      if (tally.counting) tally.times.push(performance.now() - asked)
      ask()
    }
    socket.on('connect', ask)
    socket.on('data', (data) => {
      const chunk = data as Buffer
      if (tally.counting) tally.bytes += chunk.length
      if (missing < 0) {
        head = head.length ? Buffer.concat([head, chunk]) : chunk
        missing = missingAfter(head, tally)
      } else {
        missing -= chunk.length
      }
      if (missing === 0) finish()
    })
    socket.on('error', () => resolve())
    socket.on('close', () => resolve())
  })
}

/** Bytes still to come after what is there; -1 while the head isn't complete. */
function missingAfter(seen: Buffer, tally: Tally): number {
  const end = seen.indexOf('\r\n\r\n')
  if (end < 0) return -1
  const head = seen.toString('latin1', 0, end)
  if (!head.startsWith('HTTP/1.1 2')) tally.errors++
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
  return end + 4 + length - seen.length
}
