import type { FhirResource } from 'fhir/r4'
import type { Production } from '../../src/systems/rivta/provide/production.ts'
import type { DemoRecords } from './demo-records.ts'
import type { Database, ProductProfile } from './profile.ts'

/** What a product's database answers with about a patient: what it holds, with its own ways. */
export function productionOf(
  {
    records,
    database,
    profile,
  }: {
    readonly records: DemoRecords
    readonly database: Database
    readonly profile: ProductProfile
  },
  patient: Production['patient'],
): Production {
  const unit = (resource: FhirResource) => records.unitOf(resource)?.hsaId ?? ''
  const held = records.of(patient.extension).filter((each) => database.holds(unit(each)))
  const of: Production['of'] = <Type extends FhirResource['resourceType']>(type: Type) =>
    held.filter(
      (each): each is Extract<FhirResource, { resourceType: Type }> => each.resourceType === type,
    )
  return {
    patient,
    of,
    find: records.find,
    unitOf: records.unitOf,
    providerOf: records.providerOf,
    madeIn: (resource) => database.madeIn(unit(resource)),
    lacksOrigin: profile.lacksOrigin,
    termId: (word) => profile.termId(word, database),
    notes: profile.notes,
  }
}
