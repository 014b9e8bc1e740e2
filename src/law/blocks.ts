import { type Block, closes, type Origin } from '../fhir/sight.ts'
import type { Access } from './access.ts'
import type { Decision } from './decision.ts'
import type { PatientFacts } from './facts.ts'

/**
 * What a patient has closed to this user (spärr): other units' records, or other processes', that the patient has blocked. Who
 * works at the blocked unit, or in the blocked process, isn't shut out. What has been lifted for this user is open for the
 * period that it was lifted for. The patient isn't shut out, nor who reads in the patient's place.
 *
 * A block inside a provider holds against other providers too; only the provider that keeps the records may lift it. A care
 * process is one of a care provider's ("hos samma vårdgivare", PDL 4:4): another provider's of the same name is another.
 *
 * Who makes records available to others is shut out of all that is blocked, inside the provider or outside it.
 *
 * Source: PDL 4 kap. 4 and 5 §§; lag 2022:913 2 kap. 3 §, 3 kap. 5 §.
 */
export function blocksFor(access: Access, facts: PatientFacts): readonly Block[] {
  if (access.kind === 'patient' || access.kind === 'proxy') return []
  const { decisions, patient } = facts
  if (access.kind === 'system' && access.makesAvailable) {
    const closing = decisions.filter((each) => each.kind === 'block' || isOuter(each))
    return closing.flatMap((each) => atItsProvider(facts, each, toBlock(patient, each)))
  }
  const outer = decisions.filter((each) => isOuter(each) && !isOfOwnProvider(access, facts, each))
  return [
    ...closingFor(access, facts).flatMap((each) => remaining(access, facts, each)),
    ...outer.map((each) => toBlock(patient, each)),
  ]
}

/** The inner blocks that close something to this user, and that they may lift: of their own provider's units and processes. */
export function liftableFor(access: Access, facts: PatientFacts): readonly Decision[] {
  return closingFor(access, facts).filter(
    (each) => isLiftable(access, facts, each) && remaining(access, facts, each).length > 0,
  )
}

const closingFor = (access: Access, { decisions }: PatientFacts) =>
  decisions.filter((each) => each.kind === 'block' && !worksWithin(access, each))

const isOuter = ({ kind, unit }: Decision) => kind === 'outer-block' && unit !== undefined

/** An outer block is against other providers than the one that keeps the records. Whose a unit is, its records tell too. */
function isOfOwnProvider(
  access: Access,
  { holdings }: PatientFacts,
  { unit, provider }: Decision,
): boolean {
  if (provider !== undefined) return provider === access.provider
  return (
    unit === access.unit ||
    holdings.some((each) => each.unit === unit && each.provider === access.provider)
  )
}

/** The lifting by which this user sees something that a block would close; `undefined` where no block closes it. */
export function liftingOf(
  access: Access,
  facts: PatientFacts,
  origin: Origin,
): Decision | undefined {
  const { decisions, patient } = facts
  for (const each of decisions) {
    if (each.kind !== 'block' || worksWithin(access, each)) continue
    const block = toBlock(patient, each)
    if (!atItsProvider(facts, each, block).some((part) => closes(part, origin))) continue
    const lifts = decisions.filter((lift) => isLifting(lift, access, block))
    return lifts.find((lift) => !without([block], lift).some((part) => closes(part, origin)))
  }
  return undefined
}

/** Whether the patient has blocked anything from this user, whether or not it has been lifted for them since. */
export function hasBlocks(access: Access, facts: PatientFacts): boolean {
  return facts.decisions.some((each) => each.kind === 'block' && !worksWithin(access, each))
}

const toBlock = (patient: string, { unit, process, from, to, exempt }: Decision): Block => ({
  patient,
  unit,
  process,
  from,
  to,
  exempt,
})

/** A block shuts out those at another unit or in another process; it is of a unit, of a process, or of both. */
function worksWithin(access: Access, { unit, process, provider }: Decision): boolean {
  const own = access.kind === 'staff' ? access.process : undefined
  const isAtProvider = provider === undefined || provider === access.provider
  return (
    (unit === undefined || unit === access.unit) &&
    (process === undefined || (process === own && isAtProvider))
  )
}

/** What is left of a block when this user's liftings are taken from it. */
function remaining(access: Access, facts: PatientFacts, decision: Decision): readonly Block[] {
  const block = toBlock(facts.patient, decision)
  const lifts = facts.decisions.filter((each) => isLifting(each, access, block))
  const isLifted = lifts.length > 0 && isLiftable(access, facts, decision)
  if (!isLifted) return atItsProvider(facts, decision, block)
  const isAnywhere = block.unit === undefined && decision.provider === undefined
  const others = isAnywhere ? elsewhere(access, facts, block) : []
  const left = lifts.reduce<readonly Block[]>(without, [block])
  return [...others, ...left.flatMap((part) => atItsProvider(facts, decision, part))]
}

function isLiftable(access: Access, facts: PatientFacts, { unit, provider }: Decision): boolean {
  if (unit !== undefined) return isOwn(access, facts, unit)
  return provider === undefined || provider === access.provider
}

/**
 * A process that is blocked is the process of one provider: at each of its units that has records of the patient. Where it
 * isn't known whose it is, it is everybody's.
 */
function atItsProvider(
  { holdings }: PatientFacts,
  { unit, provider }: Decision,
  block: Block,
): readonly Block[] {
  if (unit !== undefined || provider === undefined) return [block]
  return holdings
    .filter((each) => each.provider === provider)
    .map((each) => ({ ...block, unit: each.unit }))
}

/** A lifting is a person's own step: no system has any. */
const isLifting = (each: Decision, access: Access, block: Block) =>
  access.kind === 'staff' &&
  each.kind === 'lift' &&
  each.step === 2 &&
  each.person === access.user &&
  each.recipient === access.unit &&
  each.unit === block.unit &&
  each.process === block.process

/** A unit that is not known to keep anything is taken as the user's own provider's. */
function isOwn(access: Access, { holdings }: PatientFacts, unit: string): boolean {
  const known = holdings.filter((each) => each.unit === unit)
  return known.length === 0 || known.some(({ provider }) => provider === access.provider)
}

/** A process at other providers stays closed, unit by unit. */
function elsewhere(access: Access, { holdings }: PatientFacts, block: Block): readonly Block[] {
  return holdings
    .filter(({ provider }) => provider !== access.provider)
    .map(({ unit }) => ({ ...block, unit }))
}

/** Each block but for the period that was lifted: what is partly before or after it stays closed. */
function without(blocks: readonly Block[], { from, to }: Decision): readonly Block[] {
  return blocks.flatMap((block) => {
    const before = from === undefined ? [] : [{ ...block, to: least(block.to, from) }]
    const after = to === undefined ? [] : [{ ...block, from: most(block.from, to) }]
    return [...before, ...after].filter(
      (part) => part.from === undefined || part.to === undefined || part.from < part.to,
    )
  })
}

const least = (a: number | undefined, b: number) => (a === undefined ? b : Math.min(a, b))
const most = (a: number | undefined, b: number) => (a === undefined ? b : Math.max(a, b))
