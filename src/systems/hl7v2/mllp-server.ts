import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'

/** Marks of the Minimal Lower Layer Protocol. Source: HL7 v2.5.1 appendix C; HL7 "MLLP, release 1". */
const START = 0x0b
const END = 0x1c
const RETURN = 0x0d

export interface MllpParts {
  /**
   * Takes a message and gives the acknowledgement to send. `undefined`, or a failure, closes the connection without one:
   * nothing is known to be kept, so the sender sends it again.
   */
  readonly take: (message: Buffer) => Promise<Buffer | undefined>
  /** Port on 127.0.0.1; 0 asks for a free one. */
  readonly port: number
  /** The most bytes of one message. */
  readonly maxBytes: number
  /** How long a connection may say nothing, or be in the middle of a message, in ms. */
  readonly idleMs: number
}

export interface MllpServer {
  readonly port: number
  /** Takes no more, waits for what is being taken, and closes. */
  close(): Promise<void>
}

/** Listens for HL7 v2 messages. Each connection's messages are taken one by one, in order; the next waits for the last's acknowledgement. */
export async function startMllpServer(parts: MllpParts): Promise<MllpServer> {
  const connections = new Set<Connection>()
  const server = createServer((socket) => {
    const connection = serve(socket, parts)
    connections.add(connection)
    socket.once('close', () => connections.delete(connection))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(parts.port, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await Promise.all([...connections].map((each) => each.end()))
      await closed
    },
  }
}

interface Connection {
  end(): Promise<void>
}

function serve(socket: Socket, { take, maxBytes, idleMs }: MllpParts): Connection {
  let waiting: Buffer = Buffer.alloc(0)
  let taking: Promise<void> = Promise.resolve()
  let isTaking = false

  socket.setTimeout(idleMs, () => socket.destroy())
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk])
    if (waiting.length > maxBytes) socket.destroy()
    else if (!isTaking) taking = takeAll()
  })

  /** Reading stops meanwhile, so that a sender which doesn't wait can't fill the memory. */
  async function takeAll(): Promise<void> {
    isTaking = true
    socket.pause()
    try {
      for (let frame = next(); frame !== undefined; frame = next()) {
        const answer = await take(frame)
        if (!answer || socket.destroyed) return void socket.destroy()
        socket.write(Buffer.concat([Buffer.of(START), answer, Buffer.of(END, RETURN)]))
      }
    } catch {
      socket.destroy()
    } finally {
      isTaking = false
      socket.resume()
    }
  }

  /** The next whole message. What stands before its start is nobody's. */
  function next(): Buffer | undefined {
    const start = waiting.indexOf(START)
    if (start < 0) {
      waiting = Buffer.alloc(0)
      return undefined
    }
    const end = waiting.indexOf(Buffer.of(END, RETURN), start)
    if (end < 0) return undefined
    const frame = waiting.subarray(start + 1, end)
    waiting = waiting.subarray(end + 2)
    return frame
  }

  return {
    async end() {
      await taking
      socket.destroy()
    },
  }
}
