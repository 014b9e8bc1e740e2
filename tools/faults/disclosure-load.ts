import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { anObservation, EACH, observationId, PATIENTS } from './records.ts'

/** What clients have got: by request, the observations (patient · EACH + number) whose content was seen, in half answers too. */
export interface Ledger {
  readonly seen: Map<string, Uint16Array>
  disclosures: number
  answers: number
  /** Answers that were cut off when something was killed. */
  broken: number
  refused: number
}

export const createLedger = (): Ledger => ({
  seen: new Map(),
  disclosures: 0,
  answers: 0,
  broken: 0,
  refused: 0,
})

/** Clients that ask without pause for what they may see, until stopped. */
export interface Load {
  stop(): Promise<void>
}

export function startLoad(
  port: () => number | undefined,
  tokens: readonly string[],
  ledger: Ledger,
  clients: number,
): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  let stopped = false
  const all = Array.from({ length: clients }, async (_, index) => {
    const token = tokens[index % tokens.length] ?? ''
    while (!stopped) {
      const at = port()
      const isAsked = at !== undefined && (await ask(agent, at, token, anything(), ledger))
      if (!isAsked) await pause(20)
    }
  })
  return {
    async stop() {
      stopped = true
      await Promise.all(all)
      agent.destroy()
    },
  }
}

interface Asked {
  readonly method: 'GET' | 'PUT'
  readonly path: string
  readonly body?: string
}

const below = (most: number) => Math.floor(Math.random() * most)

/** Mostly pages, since those disclose most; each other way a record is shown among them. */
function anything(): Asked {
  const patient = below(PATIENTS)
  const id = observationId(patient, below(EACH))
  const kind = Math.random()
  if (kind < 0.5) return { method: 'GET', path: `Observation?patient=fp-${patient}&_count=50` }
  if (kind < 0.7) return { method: 'GET', path: 'Observation?status=final&_count=100' }
  if (kind < 0.85) return { method: 'GET', path: `Observation/${id}` }
  if (kind < 0.92) return { method: 'GET', path: `Observation/${id}/_history?_count=10` }
  const [, , number = '0'] = id.split('-')
  const body = JSON.stringify(anObservation(patient, Number(number)))
  return { method: 'PUT', path: `Observation/${id}`, body }
}

/** Asks once and writes down what came. @returns whether the server took the question */
function ask(agent: Agent, port: number, token: string, asked: Asked, ledger: Ledger) {
  return new Promise<boolean>((resolve) => {
    const sent = request({
      agent,
      port,
      host: '127.0.0.1',
      method: asked.method,
      path: `/fhir/vgr/${asked.path}`,
      headers: {
        authorization: `Bearer ${token}`,
        ...(asked.body && { 'content-type': 'application/fhir+json' }),
      },
      timeout: 15_000,
    })
    sent.on('timeout', () => sent.destroy())
    sent.on('error', () => resolve(false))
    sent.on('response', (response) => {
      const name = String(response.headers['x-request-id'] ?? 'none')
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', () => {})
      response.on('close', () => {
        write(ledger, name, Buffer.concat(chunks).toString('utf8'))
        if (!response.complete) ledger.broken++
        else if (response.statusCode === 200) ledger.answers++
        else ledger.refused++
        resolve(response.complete && response.statusCode === 200)
      })
    })
    sent.end(asked.body)
  })
}

function write(ledger: Ledger, name: string, text: string): void {
  const found = [...text.matchAll(/token\(fo-(\d+)-(\d+)\)/g)]
  const places = new Set(
    found.map(([, patient, number]) => Number(patient) * EACH + Number(number)),
  )
  if (places.size === 0) return
  ledger.seen.set(name, Uint16Array.from(places))
  ledger.disclosures += places.size
}
