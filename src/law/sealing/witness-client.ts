import { consistencyProof, type Nodes } from './merkle.ts'

/** A witness as the sealer sees it: another region's node. */
export interface WitnessClient {
  /** Its signature line on the checkpoint; `undefined` when it doesn't answer, or refuses. */
  cosign(
    nodes: Nodes,
    checkpoint: { readonly size: number; readonly note: string },
  ): Promise<{ readonly witness: string; readonly line: string } | undefined>
}

const LIMIT = 3_000

/**
 * A witness over HTTP. https://github.com/C2SP/C2SP/blob/main/tlog-witness.md
 *
 * @param url its address: `https://karna.skane.se/witness/skane`
 */
export function createWitnessClient(url: string): WitnessClient {
  let seen = 0 // the size it saw last, as far as we know; it tells when we are wrong

  async function ask(nodes: Nodes, size: number, note: string): Promise<Response | undefined> {
    const proof = consistencyProof(nodes, seen, size)
    const lines = [`old ${seen}`, ...proof.map((each) => each.toString('base64'))]
    return fetch(`${url}/add-checkpoint`, {
      method: 'POST',
      body: `${lines.join('\n')}\n\n${note}`,
      headers: { 'content-type': 'text/plain' },
      signal: AbortSignal.timeout(LIMIT),
    }).catch(() => undefined)
  }

  return {
    async cosign(nodes, { size, note }) {
      let answer = await ask(nodes, size, note)
      if (answer?.status === 409) {
        const itsSize = Number(await answer.text())
        if (!Number.isSafeInteger(itsSize) || itsSize < 0 || itsSize > size) return undefined
        seen = itsSize
        answer = await ask(nodes, size, note)
      }
      if (!answer?.ok) {
        await answer?.body?.cancel()
        return undefined
      }
      const line = (await answer.text().catch(() => '')).trim()
      const witness = /^— (\S+) \S+$/.exec(line)?.[1]
      if (witness === undefined) return undefined
      seen = size
      return { witness, line }
    },
  }
}
