import type { Consent, ConsentProvisionActor, FhirResource } from 'fhir/r4'
import { KARNA_LABELS } from '../fhir/label.ts'
import { Problem } from '../fhir/problem.ts'
import { parseDateRange } from '../fhir/search/date-range.ts'
import { patientOf } from '../fhir/search/patient-of.ts'
import type { ExemptKind } from '../fhir/sight.ts'
import type { ValidResource } from '../fhir/validation/valid-resource.ts'
import type { NewDecision } from './decision.ts'
import type { PatientFacts } from './facts.ts'
import { isBelow } from './rules/proxy.ts'

/**
 * What a Consent that the law enforces may be about; the code of its `category` in our code system. A Consent of another
 * category is a note that somebody agreed to something, and changes nothing here. See docs/consent.md.
 */
type Category =
  | 'inner-block'
  | 'outer-block'
  | 'shared-records'
  | 'mandate'
  | 'guardian'
  | 'register-opt-out'

const CATEGORIES: ReadonlySet<string> = new Set<Category>([
  'inner-block',
  'outer-block',
  'shared-records',
  'mandate',
  'guardian',
  'register-opt-out',
])

const HSA_ID = /^urn:oid:1\.2\.752\.(29\.4\.19|129\.2\.1\.4\.1)$/
const PERSONAL_NUMBER = 'urn:oid:1.2.752.129.2.1.3.1'
const CARE_PROCESS = 'https://karna.se/fhir/NamingSystem/care-process'
/** Eighteen: until then guardians decide for the child (föräldrabalken 9:1, 6:2). */
const OF_AGE = 18

/**
 * What a Consent decides: what it says is what is enforced, so it is read in one place, when it is written, and refused if it
 * says more than can be kept. A Consent that isn't active decides nothing.
 *
 * @throws Problem `business-rule` for a Consent of ours that can't be enforced as it stands
 */
export function decisionsIn(consent: Consent, decidedBy: string): readonly NewDecision[] {
  const category = categoryOf(consent)
  if (!category) return []
  const patient = patientOf(consent)
  const { provision, id } = consent
  if (patient === undefined) throw refused('a patient of this region', 'Consent.patient')
  if (!provision?.type) throw refused('provision.type', 'Consent.provision')
  const denies = category.endsWith('block') || category === 'register-opt-out'
  if ((provision.type === 'deny') !== denies) {
    throw refused(
      denies ? 'provision.type deny' : 'provision.type permit',
      'Consent.provision.type',
    )
  }
  if (provision.provision) throw refused('one provision', 'Consent.provision.provision')
  if (consent.status !== 'active') return []
  const common = { patient, decidedBy, consent: id, ...validity(consent) }
  const about = { ...common, ...period(consent), exempt: exemptIn(consent) }
  const actors = provision.actor ?? []
  return toDecisions(category, actors, { common, about })
}

interface Parts {
  readonly common: Omit<NewDecision, 'kind'>
  readonly about: Omit<NewDecision, 'kind'>
}

function toDecisions(
  category: Category,
  actors: readonly ConsentProvisionActor[],
  { common, about }: Parts,
): readonly NewDecision[] {
  if (category === 'register-opt-out') return [{ ...common, kind: 'register-opt-out' }]
  const named = actors.map(readActor)
  if (category === 'guardian' || category === 'mandate') {
    return atLeastOne(named).map(({ number }) => {
      if (!number) throw refused('an actor with a personal number', ACTOR)
      return { ...common, kind: category, person: number }
    })
  }
  if (category === 'shared-records') {
    const sources = named.filter(({ role }) => role === 'source')
    const recipients = atLeastOne(named.filter(({ role }) => role !== 'source'))
    const from = sources.length > 0 ? sources.map(({ hsaId }) => hsaId) : [undefined]
    return recipients.flatMap(({ hsaId }) =>
      from.map((provider) => ({ ...common, kind: 'consent' as const, recipient: hsaId, provider })),
    )
  }
  if (category === 'inner-block') {
    return atLeastOne(named).map(({ hsaId, process }) => {
      if (!hsaId && !process) throw refused('an actor with a care unit or care process', ACTOR)
      return { ...about, kind: 'block', unit: hsaId, process }
    })
  }
  return atLeastOne(named).map(({ hsaId, role }) => {
    if (!hsaId) throw refused('an actor with a care provider or care unit', ACTOR)
    return role === 'unit'
      ? { ...about, kind: 'outer-block', unit: hsaId }
      : { ...common, kind: 'outer-block', provider: hsaId }
  })
}

const ACTOR = 'Consent.provision.actor'

function atLeastOne<T>(list: readonly T[]): readonly T[] {
  if (list.length === 0) throw refused('an actor', ACTOR)
  return list
}

function readActor({ role, reference }: ConsentProvisionActor) {
  const { system, value } = reference.identifier ?? {}
  const code = role.coding?.find((coding) => coding.system === KARNA_LABELS)?.code
  if (!value || !system) throw refused('an actor with an identifier', ACTOR)
  return {
    role: code,
    hsaId: HSA_ID.test(system) ? value : undefined,
    process: system === CARE_PROCESS ? value : undefined,
    number: system === PERSONAL_NUMBER ? value : undefined,
  }
}

function categoryOf({ category }: Consent): Category | undefined {
  const codes = category.flatMap(({ coding = [] }) =>
    coding.flatMap(({ system, code }) => (system === KARNA_LABELS && code ? [code] : [])),
  )
  const found = codes.filter((code) => CATEGORIES.has(code))
  if (found.length > 1) throw refused('one category of ours', 'Consent.category')
  return found[0] as Category | undefined
}

/** `provision.period`: when it holds. */
function validity({ provision }: Consent) {
  const { start, end } = provision?.period ?? {}
  return {
    starts: start === undefined ? undefined : parseDateRange(start)?.lo,
    expires: end === undefined ? undefined : parseDateRange(end)?.hi,
  }
}

/** `provision.dataPeriod`: when what it is about was noted. */
function period({ provision }: Consent) {
  const { start, end } = provision?.dataPeriod ?? {}
  return {
    from: start === undefined ? undefined : parseDateRange(start)?.lo,
    to: end === undefined ? undefined : parseDateRange(end)?.hi,
  }
}

const EXEMPT: ReadonlyMap<string, ExemptKind> = new Map([
  ['exempt-drugs', 'drugs'],
  ['exempt-alerts', 'alerts'],
])

/** `provision.code`: the kinds that are left open. */
function exemptIn({ provision }: Consent): readonly ExemptKind[] {
  const codes = (provision?.code ?? []).flatMap(({ coding = [] }) => coding)
  return codes.map(({ system, code }) => {
    const kind = system === KARNA_LABELS && code ? EXEMPT.get(code) : undefined
    if (!kind) throw refused('exempt-drugs or exempt-alerts', 'Consent.provision.code')
    return kind
  })
}

/**
 * Whether a Consent may be written: that it can be enforced, and that no guardian closes a child's record.
 *
 * Source: PDL 4 kap. 4 § second paragraph; lag 2022:913 2 kap. 3 § second paragraph.
 * @throws Problem `business-rule`, or `forbidden` with the paragraph
 */
export function checkConsent(resource: ValidResource, known: readonly PatientFacts[]): void {
  const consent = asConsent(resource.value)
  if (!consent || !categoryOf(consent)) return
  decisionsIn(consent, '')
  const isBlock = categoryOf(consent)?.endsWith('block') ?? false
  const facts = known.find(({ patient }) => patient === patientOf(consent))
  if (!isBlock || consent.status !== 'active' || !facts || !isBelow(OF_AGE, facts)) return
  const byPatient = consent.performer?.every(
    ({ reference }) => reference === `Patient/${facts.patient}`,
  )
  if (byPatient) return
  throw new Problem(
    'forbidden',
    'Guardians may not close a child’s record: name the child as performer if the child asks for it (PDL 4:4)',
  )
}

/** The resource, if it is a Consent. */
export function asConsent(resource: FhirResource): Consent | undefined {
  return resource.resourceType === 'Consent' ? resource : undefined
}

function refused(what: string, expression: string): Problem {
  return new Problem('business-rule', `A Consent that is to be enforced needs ${what}`, {
    expression,
  })
}
