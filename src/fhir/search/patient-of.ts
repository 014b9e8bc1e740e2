import { readFileSync } from 'node:fs'
import type { FhirResource, Reference } from 'fhir/r4'
import type { ResourceType } from '../resource-type.ts'
import { parseElementPath } from './element-path.ts'
import { parseReferenceText } from './reference-text.ts'
import { walkerSource } from './walker.ts'

type Finder = (resource: FhirResource, base: string | undefined) => string | undefined

/** Type → paths to the patient, the surest first; made by `tools/definitions/search-parameters.ts`. */
const PATHS: Readonly<Partial<Record<ResourceType, readonly string[]>>> = JSON.parse(
  readFileSync(new URL('patient-paths.json', import.meta.url), 'utf8'),
)

/** Compiled when first needed; the same for ever after. */
const finders = new Map<ResourceType, Finder>()

/**
 * The id of the Patient whose record a resource belongs to; a Patient's is its own.
 * Of the patient compartment only what says *about whom* counts, not who wrote, performed, sent or paid.
 * Where several patients take part (a group's Appointment) it's the first of them.
 * `undefined` where no patient of this server is named: by nobody, by `identifier` or `urn:` alone, on another server,
 * or a contained one. Devices, tasks and contracts have a patient too, though R4 leaves them out of the compartment.
 * @param base The server's own address (no slash at the end): references under it count as relative.
 * https://hl7.org/fhir/R4/compartmentdefinition-patient.html
 */
export function patientOf(resource: FhirResource, base?: string): string | undefined {
  if (resource.resourceType === 'Patient') return resource.id
  return finderOf(resource.resourceType)(resource, base)
}

function finderOf(type: ResourceType): Finder {
  const found = finders.get(type)
  if (found !== undefined) return found
  const leaves = (PATHS[type] ?? []).map((path) => ({
    path: parseElementPath(path),
    write: (value: string) =>
      `{const id = localPatient(${value}, base); if (id !== undefined) return id}`,
  }))
  const source = `'use strict'
    return (resource, base) => {${walkerSource(leaves)}}`
  const finder: Finder = new Function('localPatient', source)(localPatient)
  finders.set(type, finder)
  return finder
}

function localPatient(reference: Reference, base: string | undefined): string | undefined {
  if (reference.reference === undefined) return undefined
  const { type, id, url } = parseReferenceText(reference.reference, base)
  return type === 'Patient' && url === undefined ? id : undefined
}
