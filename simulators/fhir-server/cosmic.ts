import { createHash } from 'node:crypto'
import type { CodeableConcept, Extension, FhirResource } from 'fhir/r4'
import type { FhirProduct, Refusal, TypeRules } from './product.ts'
import { ownerOf, type SearchRequest } from './search-records.ts'

const HSA = 'urn:oid:1.2.752.29.4.19'
const CARE_UNIT = 'https://fhir.openservices.cambio.se/StructureDefinition/CareUnitSe'
const TERMS = 'https://fhir.openservices.cambio.se/CodeSystem/cosmic-term'
const BOOKING = 'https://fhir.openservices.cambio.se/StructureDefinition/AppointmentBookingSe'

const words = (text: string) => new Set(text.split(' '))

function rules(interactions: string, params: string): TypeRules {
  return {
    interactions: words(interactions) as TypeRules['interactions'],
    params: words(`${params} _count`),
    count: { usual: 20, most: 100 },
  }
}

/** Source: Cambio Open Services FHIR R4, IG se.cambio.fhir 1.0.0, CapabilityStatement of 2025-02-24. */
const TYPES: ReadonlyMap<string, TypeRules> = new Map([
  ['Organization', rules('read search create update', '_id identifier name')],
  ['Patient', rules('read search create update', 'family given identifier')],
  ['Practitioner', rules('read search create update', '_id identifier name')],
  ['Condition', rules('search', 'category code subject')],
  ['Appointment', rules('search create update', 'patient _profile _id date')],
  ['DiagnosticReport', rules('read search', 'date patient _profile')],
  [
    'Encounter',
    rules('search create update', '_id _profile class location status subject identifier'),
  ],
  ['Immunization', rules('search', 'patient _profile')],
  ['MedicationRequest', rules('search', 'subject _profile category date')],
  ['Observation', rules('search create', '_profile code date patient status subject')],
  ['Provenance', rules('create', '')],
  ['ServiceRequest', rules('read search create', 'subject _profile')],
])

/**
 * Cambio Cosmic over Open Services: a HAPI server with few parameters on few types, most of which can't be read by id;
 * who has a user's or the system's scope gets all there is, blocked or not. Notes, allergies, alerts and procedures are
 * not among its types. Where the guide is silent (the care unit's extension) the choice is ours.
 */
export const COSMIC: FhirProduct = {
  name: 'Cosmic',
  version: '4.2',
  basePath: '/fhir',
  types: TYPES,
  repeatsOnPages: false,
  staleStatus: 409,
  strictAccept: false,
  produce(resource, region) {
    if (!TYPES.has(resource.resourceType)) return []
    return [withUnit(withTerms(resource), region.unitOf(resource))]
  },
  refuseSearch: refuse,
  arrange: (_request, found) => found,
  refuseWrite(resource) {
    const rule = (text: string, expression: string): Refusal => ({
      status: 422,
      code: 'business-rule',
      text,
      expression,
    })
    if (resource.resourceType === 'Observation' && !resource.code.coding) {
      return rule('Mätvärdet saknar kod i Cosmics termkatalog', 'Observation.code.coding')
    }
    if (resource.resourceType !== 'Patient' && TYPES.has(resource.resourceType)) {
      const isOpen = ['Organization', 'Practitioner'].includes(resource.resourceType)
      if (!isOpen && !ownerOf(resource)) return rule('Patienten saknas', 'subject')
    }
    return undefined
  },
  nextLink: (base, _type, context) =>
    `${base}?_getpages=${context}&_getpagesoffset=20&_count=20&_bundletype=searchset`,
  contextIn: (parameters) => parameters.get('_getpages') ?? undefined,
}

function refuse({ type, parameters }: SearchRequest): Refusal | undefined {
  const bad = (text: string): Refusal => ({ status: 400, code: 'processing', text })
  if (type === 'Appointment' && parameters.get('_profile') !== BOOKING) {
    return bad('Appointment is searched with _profile AppointmentBookingSe')
  }
  const identifier = parameters.get('identifier')
  if (type === 'Patient' && identifier && !identifier.includes('|')) {
    return bad('identifier must name its system')
  }
  if (type === 'Patient' && ![...parameters.keys()].some((name) => name !== '_count')) {
    return bad('Patient is searched by family, given or identifier')
  }
  return undefined
}

function withUnit(resource: FhirResource, unit: string | undefined): FhirResource {
  const { meta: _, ...rest } = resource
  if (unit === undefined || !('extension' in rest || rest.resourceType !== 'Bundle')) {
    return rest as FhirResource
  }
  const told: Extension = { url: CARE_UNIT, valueIdentifier: { system: HSA, value: unit } }
  return { ...rest, extension: [told] } as FhirResource
}

/** A term of Cosmic's own catalogue comes first among the codes. */
function withTerms(resource: FhirResource): FhirResource {
  if (resource.resourceType !== 'Observation' && resource.resourceType !== 'Condition') {
    return resource
  }
  const { code } = resource
  const term: CodeableConcept = {
    ...code,
    coding: [
      { system: TERMS, code: termFor(code?.text ?? ''), display: code?.text ?? '' },
      ...(code?.coding ?? []),
    ],
  }
  return { ...resource, code: term }
}

const termFor = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8)
