import { HSA_ID_OID } from '../mapping/code-systems.ts'
import { tag, type Xml, type XmlContent } from '../soap/write-xml.ts'
import { core, identifier, isForPatient, LOCAL_ID, time } from './message.ts'
import type { NamedPerson, NamedUnit, Outgoing, Production } from './production.ts'

/** What the two contracts of the newer generation do differently in their header. */
export interface RecordHeaderStyle {
  readonly provider: 'accountableCareGiver' | 'accountableHealthcareProvider'
  /** In lab 4 the patient and units came with a later version, at the end and in its namespace. */
  readonly later: boolean
}

/** The JoL header: ids as II and an accessControlHeader. */
export function recordHeader(
  out: Outgoing,
  production: Production,
  style: RecordHeaderStyle,
): Xml | undefined {
  const { resource } = out
  const { patient } = production
  const person: XmlContent = [core('root', patient.root), core('extension', patient.extension)]
  const lacks = production.lacksOrigin(resource)
  const owner = lacks ? undefined : production.providerOf(resource)?.hsaId
  const unit = lacks ? undefined : production.unitOf(resource)?.hsaId
  const at = out.documentTime ?? out.authored
  return core('header', [
    core('accessControlHeader', [
      owner === undefined ? providerMissing(style) : identifier(style.provider, HSA_ID_OID, owner),
      unit === undefined ? undefined : identifier('accountableCareUnit', HSA_ID_OID, unit),
      style.later ? undefined : core('patientId', person),
      core('blockComparisonTime', time(at)),
      core('approvedForPatient', isForPatient(resource)),
      style.later ? tag('later:patientId', person) : undefined,
    ]),
    identifier('sourceSystemId', HSA_ID_OID, production.madeIn(resource)),
    core('record', [identifier('id', LOCAL_ID, resource.id ?? ''), core('timestamp', time(at))]),
    actor('author', out.author, out.authored, style, production.unitOf(resource)),
    out.signed && actor('signature', out.signed.by, out.signed.time, style, undefined),
  ])
}

/** Lab 4 must name a provider; one that isn't known goes out as an id without a value of its own. */
function providerMissing({ provider }: RecordHeaderStyle): Xml | undefined {
  return provider === 'accountableCareGiver' ? identifier(provider, LOCAL_ID, 'okänd') : undefined
}

function actor(
  name: string,
  person: NamedPerson | undefined,
  at: string,
  { later }: RecordHeaderStyle,
  unit: NamedUnit | undefined,
): Xml | undefined {
  return core(name, [
    person?.hsaId === undefined ? undefined : identifier('id', HSA_ID_OID, person.hsaId),
    core('name', person?.name),
    core('timestamp', time(at)),
    core('byRole', person?.title === undefined ? undefined : [core('originalText', person.title)]),
    unit && (later ? laterUnit(unit) : core('orgUnit', olderUnit(unit))),
  ])
}

function olderUnit({ hsaId, name }: NamedUnit): XmlContent {
  return [core('orgUnitHSAId', hsaId), core('orgUnitName', name)]
}

/** OrgUnitType of lab 4. */
function laterUnit({ hsaId, name }: NamedUnit): Xml | undefined {
  return tag('later:orgUnit', [identifier('id', HSA_ID_OID, hsaId), core('name', name)])
}
