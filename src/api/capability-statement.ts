import type { Capability } from '../fhir/record-system.ts'
import type { ResourceType } from '../fhir/resource-type.ts'
import { searchParametersOf } from '../fhir/search/search-parameter.ts'
import { OPERATIONS } from './operation-request.ts'

/** What the system behind the gate really answers, as a CapabilityStatement. https://hl7.org/fhir/R4/capabilitystatement.html */
export function capabilityStatement(
  capability: Capability,
  base: string,
  date: string,
  /** `rest.security`. */
  security: object | undefined,
): Buffer {
  const pointingAt = reverseIncludes(capability)
  const resource = [...capability.types].map(([type, { interactions, limits, searchParams }]) => {
    const known = parametersOf(type, searchParams)
    const references = known.filter(({ kind }) => kind === 'reference')
    const writes = interactions.has('create') && interactions.has('update')
    return {
      type,
      ...refusedOf(type, searchParams),
      interaction: [...interactions].map((code) => {
        const documentation = limits?.get(code)
        return documentation === undefined ? { code } : { code, documentation }
      }),
      versioning: 'versioned',
      readHistory: interactions.has('history-instance'),
      ...(writes && {
        updateCreate: limits === undefined,
        conditionalCreate: true,
        conditionalUpdate: true,
        conditionalDelete: 'single',
      }),
      conditionalRead: 'full-support',
      searchInclude: ['*', ...references.map(({ code }) => `${type}:${code}`)],
      ...(pointingAt.has(type) && { searchRevInclude: pointingAt.get(type) }),
      searchParam: known.map(({ code, definition, kind }) => ({
        name: code,
        definition,
        type: kind,
        documentation: searchParams.get(code),
      })),
      ...(type === 'Patient' && { operation: patientOperations() }),
    }
  })
  return Buffer.from(
    JSON.stringify({
      resourceType: 'CapabilityStatement',
      status: 'active',
      date,
      kind: 'instance',
      software: { name: 'Kärna' },
      implementation: { description: 'Kärna', url: base },
      fhirVersion: '4.0.1',
      format: ['application/fhir+json', 'json'],
      patchFormat: ['application/json-patch+json', 'application/fhir+json'],
      rest: [
        {
          mode: 'server',
          documentation: SUPPORT,
          ...(security && { security }),
          resource,
          interaction: [...capability.system].map((code) => ({ code })),
        },
      ],
    }),
  )
}

const SUPPORT =
  'A search parameter is native where the source itself searches by it, and emulated where Kärna reads what the source has and searches in that. What is not listed is refused, and so are chains and _has. A search that names no patient is about those in care at the unit that the user works at. A day without a time zone is a day in UTC.'

/** What others answer of the type and this one does not. */
function refusedOf(type: ResourceType, codes: ReadonlyMap<string, unknown>) {
  const refused = [...searchParametersOf(type).keys()].filter((code) => !codes.has(code))
  return refused.length > 0 ? { documentation: `Refused: ${refused.join(', ')}` } : {}
}

function parametersOf(type: ResourceType, codes: ReadonlyMap<string, unknown>) {
  const parameters = searchParametersOf(type)
  return [...codes.keys()].flatMap((code) => parameters.get(code) ?? [])
}

/** By type, the parameters of other types that may point at it: `Observation:subject`. */
function reverseIncludes({ types }: Capability): Map<ResourceType, string[]> {
  const found = new Map<ResourceType, string[]>()
  for (const [source, { searchParams }] of types) {
    for (const { code, kind, targets } of parametersOf(source, searchParams)) {
      if (kind !== 'reference') continue
      for (const target of targets) {
        found.set(target, [...(found.get(target) ?? []), `${source}:${code}`])
      }
    }
  }
  return found
}

/** What staff do about what they may see: docs/operations.md. */
function patientOperations() {
  return OPERATIONS.map((word) => ({
    name: word.slice(1),
    definition: `https://karna.se/fhir/OperationDefinition/Patient-${word.slice(1)}`,
  }))
}
