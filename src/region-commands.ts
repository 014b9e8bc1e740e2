import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Problem } from './fhir/problem.ts'
import type { RegionOperations } from './region-operations.ts'
import type { RegionKind, RegionPlan } from './systems/registry/registry.ts'

/** What `karna help` says of regions. */
export const REGION_HELP = `karna region list                               the regions and how far each has come
karna region join <file.json>                   writes down a region: id, name, kind, settings, agreement, secrets
karna region conform|map|shadow|live|pause <id> tries it; shows its information; moves it on, and back
karna region change <file.json>                 gives one that takes part another system, tried before it takes over
karna region back <id>                          what it ran before the last change, within a second
karna region compare <id>                       what it answers against what all regions would show of it
karna region leave <id> <folder>                exports everything with hashes and a receipt, destroys its keys
karna region key                                prints our public key, for agreements with other Kärnas
karna region verify <folder>                    whether an export is what its receipt says`

/** \`karna region …\`: with the server running, which follows within a second. @returns the exit code */
export async function regionCommand(
  operations: RegionOperations,
  words: readonly string[],
  print: (text: string) => void,
): Promise<number> {
  const [verb = '', id = '', folder = ''] = words
  switch (verb) {
    case 'list':
      for (const { id, name, kind, state } of await operations.list()) {
        print(`${id.padEnd(16)} ${state.padEnd(10)} ${kind.padEnd(11)} ${name}`)
      }
      return 0
    case 'key':
      print(operations.publicKey)
      return 0
    case 'join': {
      const { state } = await operations.prepare(planIn(id))
      print(`Written down (${state}). Next: karna region conform, then shadow or live.`)
      return 0
    }
    case 'conform':
      return conformed(operations, id, print)
    case 'map':
      for (const { name, answer, from = '–', means = '', lacks = [] } of operations.map(id)) {
        print(`${name.padEnd(28)} ${answer.padEnd(8)} ${from}${means && `\n    ${means}`}`)
        for (const each of lacks) print(`    ${each.element}: ${each.means}`)
      }
      return 0
    case 'change': {
      const { id: changed, kind } = await operations.change(planIn(id))
      print(`${changed} runs ${kind} as the file says. Back again: karna region back ${changed}`)
      return 0
    }
    case 'back':
      print(`${id} runs ${(await operations.changeBack(id)).kind} as before`)
      return 0
    case 'compare':
      return compared(operations, id, print)
    case 'shadow':
    case 'live':
      print(`${id} is ${(await operations.move(id, verb)).state}`)
      return 0
    case 'pause':
      print(`${id} is ${(await operations.move(id, 'paused')).state}`)
      return 0
    case 'leave': {
      if (!folder) throw new Problem('invalid', 'Say where to: karna region leave <id> <folder>')
      const { files, root } = await operations.leave(id, folder)
      print(
        `${id} has left. ${files.length} files, root ${root}. Receipt: ${folder}/${id}/receipt.json`,
      )
      return 0
    }
    case 'verify': {
      const wrong = await operations.verify(id)
      print(wrong.length === 0 ? 'The receipt holds' : wrong.join('\n'))
      return wrong.length === 0 ? 0 : 2
    }
    default:
      print(REGION_HELP)
      return 1
  }
}

async function conformed(
  operations: RegionOperations,
  id: string,
  print: (text: string) => void,
): Promise<number> {
  const { passed, failed, checks, p95 } = await operations.conform(id)
  for (const { name, detail } of checks.filter((each) => !each.passed))
    print(`✖ ${name}: ${detail}`)
  print(`${passed} of ${passed + failed} passed; p95 ${p95} ms`)
  return failed === 0 ? 0 : 2
}

async function compared(
  operations: RegionOperations,
  id: string,
  print: (text: string) => void,
): Promise<number> {
  const round = await operations.compare(id)
  const { patients, compared, different, silent, p95, faults } = round
  for (const fault of faults) print(`✖ ${fault}`)
  print(
    `${compared} resources of ${patients} patients compared: ${different} different, ${silent} searches not answered; p95 ${p95} ms`,
  )
  return different === 0 && silent === 0 ? 0 : 2
}

const KINDS: readonly RegionKind[] = ['own', 'cosmic', 'millennium', 'rivta', 'karna']

/** What is watched over of the certificate that we show the region. */
function watchedIn({ certificate }: Readonly<Record<string, string>>): RegionPlan['certificate'] {
  if (certificate === undefined) return undefined
  try {
    const { fingerprint256, validToDate } = new X509Certificate(certificate)
    return { sha256: fingerprint256, notAfter: validToDate.toISOString() }
  } catch (cause) {
    throw new Problem('invalid', 'The certificate among the secrets is not PEM', { cause })
  }
}

/** A region's file. Secrets are texts, by name. */
function planIn(file: string): RegionPlan {
  const given = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  const { id, name, kind, settings, agreement, certificate, secrets = {} } = given
  const known = KINDS.find((each) => each === kind)
  if (
    typeof id !== 'string' ||
    !/^[a-z][a-z-]{1,31}$/.test(id) ||
    typeof name !== 'string' ||
    !known
  ) {
    throw new Problem(
      'invalid',
      `A region has an id in small letters, a name, and a kind: ${KINDS.join(', ')}`,
    )
  }
  const watched = certificate ?? watchedIn(secrets as Readonly<Record<string, string>>)
  return {
    id,
    name,
    kind: known,
    settings: (settings ?? {}) as NonNullable<RegionPlan['settings']>,
    agreement: (agreement ?? {}) as NonNullable<RegionPlan['agreement']>,
    ...(watched !== undefined && {
      certificate: watched as NonNullable<RegionPlan['certificate']>,
    }),
    secrets: Object.fromEntries(
      Object.entries(secrets as Record<string, string>).map(([key, text]) => [
        key,
        Buffer.from(text),
      ]),
    ),
  }
}
