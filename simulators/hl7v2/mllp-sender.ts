import { connect } from 'node:net'

/** A system that sends HL7 v2 over MLLP, one message at a time, as Swedish laboratories and patient registers do. */
export interface MllpSender {
  /** Sends bytes and waits for the acknowledgement; fails if the connection closes first. */
  send(message: Buffer): Promise<string>
  /** Sends several at once, without waiting in between, in pieces of so many bytes. */
  sendAll(messages: readonly Buffer[], piece: number): Promise<readonly string[]>
  close(): void
}

/** Connects to a receiver on this machine. */
export async function connectMllp(port: number): Promise<MllpSender> {
  const socket = connect(port, '127.0.0.1')
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  let received = ''
  const waiting: { resolve: (text: string) => void; reject: (cause: Error) => void }[] = []
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1')
    for (let end = received.indexOf('\x1c\r'); end >= 0; end = received.indexOf('\x1c\r')) {
      waiting.shift()?.resolve(received.slice(received.indexOf('\x0b') + 1, end))
      received = received.slice(end + 2)
    }
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    for (const each of waiting.splice(0)) each.reject(new Error('closed without acknowledgement'))
  })
  const answer = () =>
    new Promise<string>((resolve, reject) => {
      waiting.push({ resolve, reject })
    })
  return {
    send(message) {
      const acknowledged = answer()
      socket.write(framed(message))
      return acknowledged
    },
    sendAll(messages, piece) {
      const acknowledged = messages.map(answer)
      const all = Buffer.concat(messages.map(framed))
      for (let at = 0; at < all.length; at += piece) socket.write(all.subarray(at, at + piece))
      return Promise.all(acknowledged)
    },
    close: () => socket.destroy(),
  }
}

const framed = (message: Buffer) => Buffer.concat([Buffer.of(0x0b), message, Buffer.of(0x1c, 0x0d)])
