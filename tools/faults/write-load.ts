import { setTimeout as pause } from 'node:timers/promises'

/** What clients were told of what they wrote. */
export interface WriteLedger {
  /** Ids whose write was acknowledged. */
  readonly acknowledged: Set<string>
  /** Names of transactions that were acknowledged; each wrote {@link TOGETHER} resources. */
  readonly transactions: Set<string>
  /** Writes of which nothing was heard: they may have happened or not. */
  unknown: number
}

/** How many resources a transaction writes, all or none. */
export const TOGETHER = 5

export const createWriteLedger = (): WriteLedger => ({
  acknowledged: new Set(),
  transactions: new Set(),
  unknown: 0,
})

/** An observation that says who wrote it. */
const observation = (id: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: 'written under kills' },
})

/** Clients that write without pause, one resource and a transaction in turn, until stopped. */
export function startWriting(
  port: () => number | undefined,
  token: string,
  ledger: WriteLedger,
  clients: number,
): { stop(): Promise<void> } {
  let stopped = false
  const all = Array.from({ length: clients }, async (_, client) => {
    for (let number = 0; !stopped; number++) {
      const at = port()
      if (at === undefined) await pause(10)
      else if (number % 4 === 3) await writeTogether(at, token, `t-${client}-${number}`, ledger)
      else await writeOne(at, token, `w-${client}-${number}`, ledger)
    }
  })
  return {
    async stop() {
      stopped = true
      await Promise.all(all)
    },
  }
}

async function writeOne(port: number, token: string, id: string, ledger: WriteLedger) {
  const status = await send(port, token, 'PUT', `/Observation/${id}`, observation(id))
  if (status === 201) ledger.acknowledged.add(id)
  else ledger.unknown++
}

async function writeTogether(port: number, token: string, name: string, ledger: WriteLedger) {
  const ids = Array.from({ length: TOGETHER }, (_, index) => `${name}-${index}`)
  const entry = ids.map((id) => ({
    resource: observation(id),
    request: { method: 'PUT', url: `Observation/${id}` },
  }))
  const bundle = { resourceType: 'Bundle', type: 'transaction', entry }
  const status = await send(port, token, 'POST', '', bundle)
  if (status !== 200) ledger.unknown++
  else {
    ledger.transactions.add(name)
    for (const id of ids) ledger.acknowledged.add(id)
  }
}

/** The status, when the whole answer has come; `undefined` when the connection broke. */
async function send(port: number, token: string, method: string, below: string, body: object) {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/fhir/sandbox${below}`, {
      method,
      body: JSON.stringify(body),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
      signal: AbortSignal.timeout(15_000),
    })
    await response.arrayBuffer()
    return response.status
  } catch {
    return undefined
  }
}
