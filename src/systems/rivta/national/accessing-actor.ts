import type { Fields } from '../mapping/fields.ts'
import type { PatientNumber } from '../sealed-id.ts'
import type { XmlContent } from '../soap/write-xml.ts'
import { needed, typed } from './national-service.ts'

/** Who wants to see something, by HSA-ids: the person, and whose commission (medarbetaruppdrag) they act on. */
export interface AccessingActor {
  readonly employee: string
  readonly provider: string
  readonly unit: string
}

/** AccessingActorType. */
export function actorFields({ employee, provider, unit }: AccessingActor): XmlContent {
  return [
    typed('employeeId', employee),
    typed('careProviderId', provider),
    typed('careUnitId', unit),
  ]
}

/** @throws Problem `required` */
export function readActor(fields: Fields | undefined): AccessingActor {
  return {
    employee: needed(fields, 'employeeId'),
    provider: needed(fields, 'careProviderId'),
    unit: needed(fields, 'careUnitId'),
  }
}

/** IIType. */
export function patientFields({ root, extension }: PatientNumber): XmlContent {
  return [typed('root', root), typed('extension', extension)]
}

/** @throws Problem `required` */
export function readPatient(fields: Fields | undefined): PatientNumber {
  return { root: needed(fields, 'root'), extension: needed(fields, 'extension') }
}
