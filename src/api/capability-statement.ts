import type { Capability } from '../fhir/record-system.ts'
import { searchParametersOf } from '../fhir/search/search-parameter.ts'

/** What the system behind the gate really answers, as a CapabilityStatement. https://hl7.org/fhir/R4/capabilitystatement.html */
export function capabilityStatement(
  capability: Capability,
  base: string,
  date: string,
  /** `rest.security`. */
  security: object | undefined,
): Buffer {
  const resource = [...capability.types].map(([type, { interactions, searchParams }]) => {
    const parameters = searchParametersOf(type)
    const known = [...searchParams.keys()].flatMap((code) => parameters.get(code) ?? [])
    const references = known.filter(({ kind }) => kind === 'reference')
    return {
      type,
      versioning: 'versioned',
      readHistory: true,
      updateCreate: true,
      conditionalCreate: true,
      conditionalUpdate: true,
      conditionalDelete: 'single',
      interaction: [...interactions].map((code) => ({ code })),
      searchInclude: ['*', ...references.map(({ code }) => `${type}:${code}`)],
      searchParam: known.map(({ code, definition, kind }) => ({
        name: code,
        definition,
        type: kind,
      })),
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
      format: ['application/fhir+json'],
      patchFormat: ['application/json-patch+json'],
      rest: [
        {
          mode: 'server',
          ...(security && { security }),
          resource,
          interaction: [...capability.system].map((code) => ({ code })),
        },
      ],
    }),
  )
}
