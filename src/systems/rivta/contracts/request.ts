import type { PatientNumber } from '../sealed-id.ts'
import { pieces, tag, type Xml, type XmlContent } from '../soap/write-xml.ts'

/** What is asked of a source. Everything but the patient narrows it. */
export interface Ask {
  readonly patient: PatientNumber
  /** First and last day, `YYYYMMDD`. */
  readonly period?: { readonly start: string; readonly end: string }
  /** HSA-ids of care units. */
  readonly careUnits?: readonly string[]
  /** HSA-ids of care providers; newer contracts only. */
  readonly careGivers?: readonly string[]
  /** Must be the logical address where it's given. */
  readonly sourceSystem?: string
  /** Only together with `sourceSystem`. */
  readonly careContactIds?: readonly string[]
  /** Where to go on, of CareDocumentation 3. */
  readonly hasMoreReference?: string
}

/** How a contract spells its request. The order of the elements is the same in all. */
export interface RequestShape {
  /** `GetDiagnosis`. */
  readonly operation: string
  /** Namespace of the operation's own elements. */
  readonly responder: string
  /** Namespace of the types that they are made of. */
  readonly core: string
  readonly unit: 'careUnitHSAId' | 'careUnitHSAid' | 'careUnit'
  readonly giver: 'careGiverHSAId' | 'healthcareProvider' | undefined
  readonly period: 'datePeriod' | 'timePeriod'
  readonly system: 'sourceSystemHSAId' | 'sourceSystemHSAid' | 'sourceSystemId'
  /** Ids as II, or a person as id and type and units as text. */
  readonly ids: 'ii' | 'person'
  /** Whether care contacts can be asked for. */
  readonly byContact: boolean
}

/** Writes a request. @throws Error for what the contract can't be asked: a defect of ours, not of the caller */
export function writeRequest(shape: RequestShape, ask: Ask): Xml {
  const { giver, ids, period } = shape
  if (ask.careGivers && giver === undefined) throw new Error('the contract has no care giver')
  if (ask.careContactIds && !shape.byContact) throw new Error('the contract has no care contact')
  const unit = (name: string) => (hsaId: string) =>
    own(name, ids === 'ii' ? identifier(HSA_ID_OID, hsaId) : hsaId)
  const { root, extension } = ask.patient
  const person =
    ids === 'ii' ? identifier(root, extension) : [core('id', extension), core('type', root)]
  const content = [
    ask.careUnits?.map(unit(shape.unit)),
    giver && ask.careGivers?.map(unit(giver)),
    own('patientId', person),
    ask.period && own(period, [core('start', ask.period.start), core('end', ask.period.end)]),
    ask.sourceSystem === undefined ? undefined : unit(shape.system)(ask.sourceSystem),
    ask.careContactIds?.map((id) => own('careContactId', id)),
    ask.hasMoreReference === undefined ? undefined : own('hasMoreReference', ask.hasMoreReference),
  ]
  const namespaces = ` xmlns:urn="${shape.responder}" xmlns:core="${shape.core}"`
  return pieces(tag(`urn:${shape.operation}`, content, namespaces))
}

const HSA_ID_OID = '1.2.752.129.2.1.4.1'

const own = (name: string, content: XmlContent) => tag(`urn:${name}`, content)
const core = (name: string, content: XmlContent) => tag(`core:${name}`, content)

function identifier(root: string, extension: string): XmlContent {
  return [core('root', root), core('extension', extension)]
}
