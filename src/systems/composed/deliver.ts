import { parseJson } from '../../fhir/json/parse.ts'
import { Problem } from '../../fhir/problem.ts'
import type { Author, RecordSystem } from '../../fhir/record-system.ts'
import { validResource } from '../../fhir/validation/validate.ts'
import { withState } from './delivery-state.ts'
import type { NativeParts } from './native-write.ts'
import type { Letter } from './outbox.ts'

/** What letters are delivered with. */
export interface DeliverParts extends NativeParts {
  /** In whose name: the unit's that wrote it, by the law. */
  readonly authorOf: (letter: Letter) => Promise<Author>
}

const AT_ONCE = 20
/** Clocks of two machines may differ by this, ms. */
const SKEW = 5_000

/** Delivers what is due, each once, and takes the waiting copy away. @returns how many arrived */
export async function deliverDue(parts: DeliverParts): Promise<number> {
  const letters = await parts.outbox.due(AT_ONCE)
  let arrived = 0
  for (const letter of letters) {
    try {
      if (await deliver(parts, letter)) arrived++
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown
      if (thrown.code === 'transient') await parts.outbox.tryAgain(letter)
      else await refuse(parts, letter, thrown)
    }
  }
  return arrived
}

async function deliver(parts: DeliverParts, letter: Letter): Promise<boolean> {
  const { outbox, own } = parts
  const author = await parts.authorOf(letter)
  if (letter.state === 'landed') {
    await takeAway(own, letter, author)
    await outbox.end(letter.id, 'done', undefined)
    return false
  }
  const there = await arrivedAs(parts, letter)
  // Nobody was told that it's saved, so nothing is written behind anybody's back.
  if (letter.state === 'sending' && !there && !(await own.locate(letter))) {
    await outbox.end(letter.id, 'abandoned', undefined)
    return false
  }
  const id = there ?? (await send(parts, letter, author))
  await outbox.landed(letter.id, id, 'landed')
  await takeAway(own, letter, author)
  await outbox.end(letter.id, 'done', undefined)
  return true
}

const resourceOf = ({ content }: Letter) => validResource(parseJson(content))

/** What was sent before may have arrived though nothing was heard. */
async function arrivedAs(
  { legacy, outbox }: DeliverParts,
  letter: Letter,
): Promise<string | undefined> {
  const same = (await legacy.findSame?.(resourceOf(letter), letter.begunAt - SKEW)) ?? []
  for (const { type, id } of same) if (!(await outbox.isTaken(type, id))) return id
  return undefined
}

async function send({ legacy, source }: DeliverParts, letter: Letter, author: Author) {
  const resource = resourceOf(letter)
  const { type } = letter
  const change = { kind: 'create', type, resource, id: undefined, ifNoneExist: undefined } as const
  const [result] = await legacy.transact([change], author)
  if (!result?.resource) throw new Problem('transient', `${source} does not show what it took`)
  return result.resource.key.id
}

async function takeAway(own: RecordSystem, { type, id }: Letter, author: Author): Promise<void> {
  await own.transact([{ kind: 'delete', type, target: id, ifMatch: undefined }], author)
}

/** It stays in our store, and says so. */
async function refuse(parts: DeliverParts, letter: Letter, problem: Problem): Promise<void> {
  const { own, outbox, source } = parts
  const author = await parts.authorOf(letter)
  const { type, id } = letter
  const apply = ({ bytes }: { readonly bytes: Buffer }) => withState(bytes, 'refused', source)
  await own.transact([{ kind: 'patch', type, target: id, ifMatch: undefined, apply }], author)
  await outbox.end(id, 'refused', problem.code)
}
