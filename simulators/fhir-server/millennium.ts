import { createHash } from 'node:crypto'
import type {
  CodeableConcept,
  Composition,
  DocumentReference,
  FhirResource,
  Provenance,
} from 'fhir/r4'
import { MILLENNIUM_TYPES } from './millennium-types.ts'
import type { FhirProduct, Refusal } from './product.ts'
import { dateOf, type Found, type SearchRequest } from './search-records.ts'

const HSA = 'urn:oid:1.2.752.29.4.19'
const CODE_SET = 'https://fhir.sormlandcerner.com/2ef1c1d6-0f2a-4b0c-9d5f-6a5d6f6f1d10/codeSet'

/** Elements with codes of Millennium's own beside the standard's, and the code set they are of. */
const CODE_SETS: Readonly<Record<string, readonly [element: string, set: number]>> = {
  Observation: ['code', 72],
  DiagnosticReport: ['code', 72],
  Procedure: ['code', 72],
  ServiceRequest: ['code', 200],
  Encounter: ['type', 71],
}

/** Kept elsewhere in Millennium, and not to be had over FHIR. */
const ABSENT = new Set(['Flag', 'Task', 'CareTeam'])

/**
 * Oracle Health Millennium's FHIR R4 ("Ignite"): nothing without a patient, limits for each type, opaque pages that
 * repeat ids, codes of its own, notes as documents, origin in Provenance alone.
 * Source: fhir.cerner.com, R4. Where that is silent (units' HSA-ids, the form of notes) the choice is ours.
 */
export const MILLENNIUM: FhirProduct = {
  name: 'Millennium',
  version: '2026.2',
  basePath: '/r4/6f1d2c9a-8e0b-4f5c-9d1e-7a3b5c8d9e0f',
  types: MILLENNIUM_TYPES,
  repeatsOnPages: true,
  staleStatus: 409,
  strictAccept: true,
  produce(resource, region) {
    if (ABSENT.has(resource.resourceType)) return []
    const unit = region.unitOf(resource)
    const kept = withoutSource(resource)
    const made =
      kept.resourceType === 'Composition' ? toDocument(kept) : [withOwnCodes(kept) as FhirResource]
    return [...made, ...made.flatMap((each) => provenanceOf(each, unit))]
  },
  refuseSearch(request) {
    return refuse(request)
  },
  arrange(request, found) {
    const isNewestFirst = request.type === 'Observation'
    const sorted = [...found].sort((a, b) => {
      const order =
        dateOf(a.value) < dateOf(b.value) ? -1 : Number(dateOf(a.value) > dateOf(b.value))
      return isNewestFirst ? -order : order
    })
    // All of the social history is on the first page, whatever its date.
    const isSocial = ({ text }: Found) => text.includes('"social-history"')
    return request.type === 'Observation'
      ? [...sorted.filter(isSocial), ...sorted.filter((each) => !isSocial(each))]
      : sorted
  },
  refuseWrite(resource) {
    const text = JSON.stringify(resource)
    if (/"(modifierExtension|implicitRules)":/.test(text)) {
      return unprocessable('Modifier extensions and implicit rules are not supported', undefined)
    }
    const isMixed = (JSON.parse(text).code?.coding ?? []) as { system?: string }[]
    const own = isMixed.filter(({ system }) => system?.startsWith(CODE_SET.slice(0, 20)))
    return own.length > 0 && own.length < isMixed.length
      ? unprocessable('Proprietary and standard codings may not be mixed', 'code.coding')
      : undefined
  },
  nextLink: (base, type, context) => `${base}/${type}?-pageContext=${context}&-pageDirection=NEXT`,
  contextIn: (parameters) => parameters.get('-pageContext') ?? undefined,
}

const unprocessable = (text: string, expression: string | undefined): Refusal => ({
  status: 422,
  code: 'business-rule',
  text,
  ...(expression !== undefined && { expression }),
})

const PATIENT_PARAMS = [
  '_id',
  'identifier',
  'name',
  'family',
  'given',
  'birthdate',
  'phone',
  'email',
  'address-postalcode',
]

function refuse({ type, parameters }: SearchRequest): Refusal | undefined {
  const bad = (text: string): Refusal => ({ status: 400, code: 'required', text })
  const names = new Set(parameters.keys())
  if (names.has('_id')) {
    const others = [...names].filter((name) => name !== '_id' && name !== '_revinclude')
    return others.length > 0 ? bad(`_id may not be combined with ${others[0]}`) : undefined
  }
  const wanted = type === 'Patient' ? PATIENT_PARAMS : ['patient', 'subject', ...OPEN]
  const isOpen = type === 'Organization' || type === 'Practitioner' || type === 'Location'
  const needed = isOpen ? ['identifier', 'name', 'family'] : wanted
  if (!needed.some((name) => names.has(name))) return bad('No supported search parameters provided')
  if (type === 'Appointment') return refuseAppointment(parameters, names)
  return refuseDates(type, parameters, names)
}

const OPEN = ['practitioner', 'location', 'encounter']

function refuseAppointment(parameters: URLSearchParams, names: ReadonlySet<string>) {
  const owners = ['patient', 'practitioner', 'location'].filter((name) => names.has(name))
  const dates = parameters.getAll('date')
  const hasOffset = (date: string) => /T.*(Z|[+-]\d\d:\d\d)$/.test(date)
  if (owners.length !== 1 || dates.length === 0 || !dates.every(hasOffset)) {
    return {
      status: 400,
      code: 'required',
      text: 'Appointment needs a date with time and offset, and one of patient, practitioner, location',
    }
  }
  return undefined
}

function refuseDates(type: string, parameters: URLSearchParams, names: ReadonlySet<string>) {
  const dates = parameters.getAll('date')
  if (type === 'Observation' && names.has('date') && names.has('_lastUpdated')) {
    return { status: 400, code: 'invalid', text: 'date and _lastUpdated exclude each other' }
  }
  const isDocument = type === 'DocumentReference' || type === 'DiagnosticReport'
  const isPair = dates.length !== 2 || /^ge.*T.*,lt.*T/.test([...dates].sort().join(','))
  if (isDocument && !isPair) {
    return { status: 400, code: 'invalid', text: 'Two dates must be ge and lt, with times' }
  }
  return undefined
}

function withoutSource(resource: FhirResource): FhirResource {
  const { meta: _, ...rest } = resource
  return rest as FhirResource
}

function withOwnCodes(resource: FhirResource): object {
  const [element, set] = CODE_SETS[resource.resourceType] ?? []
  if (element === undefined) return resource
  const shape = resource as unknown as Record<string, CodeableConcept | CodeableConcept[]>
  const add = (concept: CodeableConcept): CodeableConcept => ({
    ...concept,
    coding: [
      {
        system: `${CODE_SET}/${set}`,
        code: numberFor(concept.text ?? ''),
        display: concept.text ?? '',
        userSelected: true,
      },
      ...(concept.coding ?? []),
    ],
  })
  const concept = shape[element]
  if (concept === undefined) return resource
  return { ...resource, [element]: Array.isArray(concept) ? concept.map(add) : add(concept) }
}

const numberFor = (text: string) =>
  String(createHash('sha256').update(text).digest().readUIntBE(0, 4) % 100_000_000)

/** A note is a document: its keywords are headings, its text what it was. */
function toDocument(note: Composition): FhirResource[] {
  const escaped = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const body = (note.section ?? []).map(
    ({ title = '', text }) => `<h2>${escaped(title)}</h2>${text?.div ?? ''}`,
  )
  const html = `<!DOCTYPE html><html><head><meta charset="utf-8"><title>${escaped(note.title)}</title></head><body>${body.join('')}</body></html>`
  const signed = note.attester?.find(({ mode }) => mode === 'professional')
  const document: DocumentReference = {
    resourceType: 'DocumentReference',
    id: note.id ?? '',
    status: 'current',
    docStatus: note.status === 'preliminary' ? 'preliminary' : note.status,
    type: {
      coding: [
        {
          system: `${CODE_SET}/72`,
          code: numberFor(note.title),
          display: note.title,
          userSelected: true,
        },
      ],
      text: note.title,
    },
    ...(note.subject && { subject: note.subject }),
    date: note.date,
    author: note.author,
    ...(signed?.party && { authenticator: signed.party }),
    content: [
      { attachment: { contentType: 'text/html;charset=utf-8', url: `Binary/XR-${note.id}` } },
    ],
    context: {
      ...(note.encounter && { encounter: [note.encounter] }),
      ...(signed?.time && { period: { end: signed.time } }),
    },
  }
  return [
    document,
    {
      resourceType: 'Binary',
      id: `XR-${note.id}`,
      contentType: 'text/html;charset=utf-8',
      data: Buffer.from(html).toString('base64'),
    },
  ]
}

const NO_PROVENANCE = new Set(['Organization', 'Practitioner', 'Patient', 'Binary', 'Appointment'])

function provenanceOf(resource: FhirResource, unit: string | undefined): Provenance[] {
  if (unit === undefined || NO_PROVENANCE.has(resource.resourceType)) return []
  return [
    {
      resourceType: 'Provenance',
      id: `P-${resource.id}`,
      target: [{ reference: `${resource.resourceType}/${resource.id}` }],
      recorded: '2026-01-01T00:00:00Z',
      agent: [
        {
          type: {
            coding: [
              {
                system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type',
                code: 'custodian',
              },
            ],
          },
          who: { type: 'Organization', identifier: { system: HSA, value: unit } },
        },
      ],
    },
  ]
}
