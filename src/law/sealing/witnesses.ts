import path from 'node:path'
import { publicKeyIn } from './key-file.ts'
import { createWitness, type Witness } from './witness.ts'

/** What this node witnesses with: one witness a region it hosts. */
export interface WitnessesParts {
  /** One folder a witness below it. */
  readonly folder: string
  readonly regions: () => readonly string[]
  /** Public keys of the logs that are watched; read anew each time, since a sealer may begin after us. */
  readonly logKeys: () => readonly string[]
  readonly now: () => number
}

/** The witness of a region, made at its first use. `undefined`: there is no such region here. */
export function createWitnesses(parts: WitnessesParts): (region: string) => Witness | undefined {
  const made = new Map<string, Witness>()
  return (region) => {
    if (!parts.regions().includes(region)) return undefined
    const witness =
      made.get(region) ??
      createWitness({
        folder: path.join(parts.folder, region),
        name: `karna/witness/${region}`,
        logKeys: parts.logKeys,
        now: parts.now,
      })
    made.set(region, witness)
    return witness
  }
}

/** The key of this installation's own log, once its sealer has made one. */
export function ownLogKey(sealerFolder: string): readonly string[] {
  const key = publicKeyIn(sealerFolder)
  return key === undefined ? [] : [key]
}
