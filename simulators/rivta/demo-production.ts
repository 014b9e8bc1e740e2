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
  const of: Production['of'] = <Type extends FhirResource['resourceType']>(type: Type) =>
    database
      .of(patient.extension, type)
      .filter(
        (each): each is Extract<FhirResource, { resourceType: Type }> => each.resourceType === type,
      )
  return {
    patient,
    of,
    find: database.find,
    unitOf: records.unitOf,
    providerOf: records.providerOf,
    madeIn: database.madeIn,
    lacksOrigin: profile.lacksOrigin,
    termId: database.termId,
    notes: profile.notes,
  }
}
