import type { Extension } from 'fhir/r4'
import { memberAt, skipSpace, textAt } from '../../../fhir/json/cursor.ts'
import { applyEdits } from '../../../fhir/json/edits.ts'
import type { ResourceType } from '../../../fhir/resource-type.ts'
import type { SearchClause, SearchQuery } from '../../../fhir/search/query.ts'
import { nameWords } from '../name-words.ts'
import type { Accompanied, ProductRules, TypeRules, WriteRules } from '../product-rules.ts'

const CARE_UNIT = 'https://fhir.openservices.cambio.se/StructureDefinition/CareUnitSe'
const BOOKING = 'https://fhir.openservices.cambio.se/StructureDefinition/AppointmentBookingSe'
const HSA_ID = 'urn:oid:1.2.752.29.4.19'

const writes = (update: WriteRules['update']): WriteRules => ({
  create: true,
  update,
  elements: undefined,
})

function rules(
  owner: TypeRules['owner'],
  byId: TypeRules['byId'],
  narrows: string,
  more: Partial<TypeRules> = {},
): TypeRules {
  return {
    owner,
    always: {},
    byId,
    count: 100,
    narrows: new Set(narrows.split(' ')),
    write: undefined,
    ...more,
  }
}

const TYPES: ReadonlyMap<ResourceType, TypeRules> = new Map<ResourceType, TypeRules>([
  ['Organization', rules(undefined, 'read', '')],
  ['Practitioner', rules(undefined, 'read', '')],
  ['Patient', rules(undefined, 'read', '')],
  ['Condition', rules('subject', 'patient', 'category code')],
  [
    'Appointment',
    rules('patient', '_id', '', { always: { _profile: BOOKING }, write: writes('put') }),
  ],
  ['DiagnosticReport', rules('patient', 'read', '')],
  ['Encounter', rules('subject', '_id', '', { write: writes('put') })],
  ['Immunization', rules('patient', 'patient', '')],
  ['MedicationRequest', rules('subject', 'patient', '')],
  ['Observation', rules('subject', 'patient', 'code', { write: writes(undefined) })],
  ['ServiceRequest', rules('subject', 'read', '', { write: writes(undefined) })],
])

/**
 * Cambio Cosmic, Open Services FHIR R4 (IG se.cambio.fhir 1.0.0): few parameters, most types had by patient alone, and no
 * filtering for the system's scope, so that everything is filtered here. Notes, allergies, alert information and
 * procedures are not among its types: information-map/cosmic.json.
 */
export const COSMIC: ProductRules = {
  name: 'Cosmic',
  types: TYPES,
  tellsUnitByProvenance: false,
  persons: { by: ['identifier', 'family', 'given'], questionsFor },
  unitOf: ({ value }: Accompanied) => {
    const { extension = [] } = value as { extension?: readonly Extension[] }
    const told = extension.find(({ url }) => url === CARE_UNIT)?.valueIdentifier
    return told?.system === HSA_ID ? told.value : undefined
  },
  toOurs: async ({ bytes }) => bytes,
  toTheirs: withUnit,
  objection(change) {
    if (!('resource' in change)) return undefined
    const { value } = change.resource
    return value.resourceType === 'Observation' && !value.code.coding
      ? 'Cosmic takes only measurements with a code'
      : undefined
  },
}

/** By identifier with its system, or else by names, each of which Cosmic has a parameter for. */
function questionsFor({ clauses }: SearchQuery): readonly URLSearchParams[] | undefined {
  const plain = clauses.filter(({ modifier }) => modifier === undefined || modifier === 'exact')
  const identifier = plain.find(({ param }) => param === 'identifier')
  if (identifier) {
    const tokens = identifier.values.flatMap(tokenText)
    return tokens.length === identifier.values.length
      ? tokens.map((text) => new URLSearchParams({ identifier: text }))
      : undefined
  }
  const family = plain.find(({ param }) => param === 'family')
  if (family) return textsOf(family).map((text) => new URLSearchParams({ family: text }))
  const given = plain.find(({ param }) => param === 'given')
  if (given) return textsOf(given).map((text) => new URLSearchParams({ given: text }))
  const name = plain.find(({ param }) => param === 'name')
  return (
    name &&
    textsOf(name)
      .flatMap(nameWords)
      .flatMap((text) => [
        new URLSearchParams({ family: text }),
        new URLSearchParams({ given: text }),
      ])
  )
}

const PERSONAL_NUMBER = 'urn:oid:1.2.752.129.2.1.3.1'
const COORDINATION_NUMBER = 'urn:oid:1.2.752.129.2.1.3.3'

function tokenText(value: SearchClause['values'][number]): string[] {
  if (value.kind !== 'token' || value.code === undefined) return []
  const { system, code } = value
  if (system) return [`${system}|${code}`]
  const isNumber = /^\d{12}$/.test(code)
  if (!isNumber) return []
  return [`${Number(code.slice(6, 8)) > 60 ? COORDINATION_NUMBER : PERSONAL_NUMBER}|${code}`]
}

const textsOf = ({ values }: SearchClause) =>
  values.flatMap((value) => (value.kind === 'string' ? [value.text] : []))

/** Cosmic is told the care unit in an extension; one that is there is left as it is. */
function withUnit(bytes: Buffer, unit: string): Buffer {
  const told = JSON.stringify({
    url: CARE_UNIT,
    valueIdentifier: { system: HSA_ID, value: unit },
  })
  let member = memberAt(bytes, skipSpace(bytes, 0) + 1)
  let type = member
  while (member !== undefined) {
    const name = textAt(bytes, member.keyStart, member.keyEnd)
    if (name === 'resourceType') type = member
    if (name === 'extension') {
      const at = member.start + 1
      return bytes.includes(CARE_UNIT)
        ? bytes
        : applyEdits(bytes, [{ start: at, end: at, text: `${told},` }])
    }
    member = memberAt(bytes, member.next)
  }
  const at = type?.end ?? 1
  return applyEdits(bytes, [{ start: at, end: at, text: `,"extension":[${told}]` }])
}
