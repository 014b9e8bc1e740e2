import type { Label } from './label.ts'
import type { ResourceType } from './resource-type.ts'
import { isOpenType } from './resource-type.ts'
import type { IndexedResource } from './search/indexed-resource.ts'
import { matchesClause } from './search/match.ts'
import type { SearchClause } from './search/query.ts'

/** A Swedish HSA-id, such as `SE2321000016-1A2B`. Source: Inera, HSA-innehåll. */
export type HsaId = string

/**
 * Records that a patient has closed to others: a block (spärr). It names a care unit (vårdenhet), a care process
 * (vårdprocess), or both; then it closes what is of both. A period closes what was noted inside or partly inside it.
 * Source: PDL 4 kap. 4 §; period and exempt kinds: RIV-TA CheckBlocks 4.0, TKB.
 */
export interface Block {
  readonly patient: string
  readonly unit: HsaId | undefined
  readonly process: string | undefined
  /** Milliseconds since 1970, inclusive. `undefined`: no beginning. */
  readonly from: number | undefined
  /** Milliseconds since 1970, exclusive. `undefined`: no end. */
  readonly to: number | undefined
  /** Kinds that the patient leaves open. */
  readonly exempt: readonly ExemptKind[]
}

/** `lak` (läkemedel) and `upp` (uppmärksamhetsinformation) of RIV-TA CheckBlocks 4.0. */
export type ExemptKind = 'drugs' | 'alerts'

const EXEMPT: Readonly<Record<ExemptKind, ReadonlySet<ResourceType>>> = {
  drugs: new Set([
    'Medication',
    'MedicationAdministration',
    'MedicationDispense',
    'MedicationRequest',
    'MedicationStatement',
  ]),
  alerts: new Set(['AllergyIntolerance', 'Flag']),
}

/** What is known of a resource's origin. Stamped at write from the author's commission, never by the caller. */
export interface Origin {
  readonly type: ResourceType
  /** Whose record it belongs to (Patient.id); `undefined` for what concerns no patient, such as an Organization. */
  readonly patient: string | undefined
  /** Care unit (vårdenhet). */
  readonly unit: HsaId
  /** Care provider (vårdgivare): the data controller. Source: PDL 2 kap. 6 §. */
  readonly provider: HsaId
  /** Care process (vårdprocess) of the author's commission, where it has one. */
  readonly process: string | undefined
  readonly labels: readonly Label[]
  /** The clinical time it tells of, milliseconds since 1970, [from, to). `undefined`: not known. */
  readonly from: number | undefined
  readonly to: number | undefined
}

declare const minted: unique symbol

/** What one user may see, as data that a record system can turn into its own query. Only `law/` makes one. */
export interface Sight {
  readonly [minted]: true
  /** Patient ids whose records may be seen. `all` is for the sandbox, migration and demographic look-up only. */
  readonly patients: 'all' | readonly string[]
  /** Care providers whose records may be seen of each of them (PDL 2:6). */
  readonly providers: 'all' | readonly HsaId[]
  /** Care units of these providers that are seen without an active choice: the user's own (PDL 4:1). */
  readonly units: 'all' | readonly HsaId[]
  /** Patients of whom the user has chosen to see the providers' other units too. */
  readonly chosen: readonly string[]
  /** Other providers' records that may be seen of single patients (2022:913). */
  readonly shared: readonly SharedRecords[]
  /** Types that may be seen: a demographic look-up sees `Patient` and nothing that hangs on it. */
  readonly types: 'all' | readonly ResourceType[]
  /** What is closed to this user. Blocks of the user's own unit are not in the list. */
  readonly blocked: readonly Block[]
  /** Labels that close a resource. */
  readonly closed: readonly ClosedLabel[]
  /** Conditions on content, by type: one of the list must hold, with all its clauses. From granular SMART scopes. */
  readonly conditions: ReadonlyMap<ResourceType, readonly (readonly SearchClause[])[]>
  /** Patients whose identity is protected, where that is known of others than the Patient resource itself. */
  readonly protectedPatients: readonly string[]
  /** Protected patients whose identity is shown to this user all the same. */
  readonly revealed: 'all' | readonly string[]
}

/** One care provider's records of one patient. */
export interface SharedRecords {
  readonly patient: string
  readonly provider: HsaId
}

/** What has `label` is closed, but to those of this unit and process. */
export interface ClosedLabel {
  readonly label: Label
  readonly unit: HsaId | undefined
  readonly process: string | undefined
}

/** A sight of everything, from which the law takes away. */
export const EVERYTHING: Omit<Sight, typeof minted> = {
  patients: 'all',
  providers: 'all',
  units: 'all',
  chosen: [],
  shared: [],
  types: 'all',
  blocked: [],
  closed: [],
  conditions: new Map(),
  protectedPatients: [],
  revealed: 'all',
}

/** Makes a Sight. Only `law/` may: tests/architecture.test.ts sees to it. */
export function mintSight(parts: Omit<Sight, typeof minted>): Sight {
  return parts as Sight
}

/**
 * The same sight in another system's patient ids: what a federation asks its members under. Whoever has no id there is
 * left out, so it's never wider. A sight of all patients stays one; what it closes of a single one stays closed.
 */
export function sightWithin(sight: Sight, idOf: (patient: string) => string | undefined): Sight {
  const { patients, chosen, shared, blocked, protectedPatients, revealed } = sight
  const inTheirs = (ids: readonly string[]) => ids.flatMap((id) => idOf(id) ?? [])
  const renamed = <Of extends { readonly patient: string }>(list: readonly Of[]) =>
    list.map((each) => ({ ...each, patient: idOf(each.patient) ?? each.patient }))
  return mintSight({
    ...sight,
    patients: patients === 'all' ? 'all' : inTheirs(patients),
    chosen: inTheirs(chosen),
    shared: renamed(shared),
    blocked: renamed(blocked),
    protectedPatients: inTheirs(protectedPatients),
    revealed: revealed === 'all' ? 'all' : inTheirs(revealed),
  })
}

/**
 * Whether `sight` covers a resource of this origin: the one definition, with which every record system agrees.
 * What concerns no patient and is of an open type (an Organization, a ValueSet) is seen by every user.
 * Who the patient is (the Patient resource) is kept once for all the region's providers and is no care documentation:
 * it has no unit that could be chosen or blocked.
 *
 * @param content What it is found by; needed only where the sight has conditions on the type, else they don't hold.
 */
export function covers(
  sight: Sight,
  origin: Origin,
  content?: () => IndexedResource | undefined,
): boolean {
  const { type, patient } = origin
  if (sight.types !== 'all' && !sight.types.includes(type)) return false
  if (!fulfils(sight, type, content)) return false
  if (isOpenType(type) && patient === undefined) return true
  if (sight.patients !== 'all') {
    if (patient === undefined || !sight.patients.includes(patient)) return false
  }
  if (sight.closed.some((closed) => isClosed(closed, origin))) return false
  if (type === 'Patient') return true
  return isWithin(sight, origin) && !sight.blocked.some((block) => closes(block, origin))
}

function fulfils(
  { conditions }: Sight,
  type: ResourceType,
  content: (() => IndexedResource | undefined) | undefined,
): boolean {
  const alternatives = conditions.get(type)
  if (!alternatives) return true
  const indexed = content?.()
  if (!indexed) return false
  return alternatives.some((clauses) => clauses.every((clause) => matchesClause(clause, indexed)))
}

function isWithin(sight: Sight, { patient, unit, provider }: Origin): boolean {
  const { providers, units, chosen, shared } = sight
  const isOwn = providers === 'all' || providers.includes(provider)
  if (isOwn && (units === 'all' || units.includes(unit))) return true
  if (patient === undefined) return false
  if (isOwn && chosen.includes(patient)) return true
  return shared.some((each) => each.patient === patient && each.provider === provider)
}

const isClosed = ({ label, unit, process }: ClosedLabel, origin: Origin) =>
  origin.labels.includes(label) && !(origin.unit === unit && origin.process === process)

/** Whether a block hides this. What has no clinical time is taken to lie in every period. */
export function closes(block: Block, origin: Origin): boolean {
  if (block.patient !== origin.patient || isExempt(block, origin.type)) return false
  if (block.unit !== undefined && block.unit !== origin.unit) return false
  if (block.process !== undefined && block.process !== origin.process) return false
  if (block.from !== undefined && origin.to !== undefined && origin.to <= block.from) return false
  if (block.to !== undefined && origin.from !== undefined && origin.from >= block.to) return false
  return true
}

/** Whether a block leaves resources of this type open. */
export function isExempt({ exempt }: Pick<Block, 'exempt'>, type: ResourceType): boolean {
  return exempt.some((kind) => EXEMPT[kind].has(type))
}

/** Whether this resource is about somebody whose identity is protected and not shown to this user. */
export function isMasked(
  { protectedPatients, revealed }: Sight,
  { patient, labels }: Pick<Origin, 'patient' | 'labels'>,
): boolean {
  if (revealed === 'all' || patient === undefined) return false
  if (!labels.includes('protected-identity') && !protectedPatients.includes(patient)) return false
  return !revealed.includes(patient)
}
