import { Link } from '../frame/link.tsx'
import { patientPath } from '../route.ts'
import type { FoundPatient } from './find.ts'

/** A name in a list, leading to the record in the own region. */
export function PatientLink({ patient: { id, name } }: { readonly patient: FoundPatient }) {
  return <Link to={patientPath({ scope: 'own', id })}>{name}</Link>
}
