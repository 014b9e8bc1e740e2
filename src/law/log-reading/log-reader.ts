import type { Access } from '../access.ts'
import type { Denial } from '../rules/rules.ts'

/**
 * Who may read the log, and whose. The care provider checks its own people's access, in a commission for supervision that
 * log review is part of: an auditor. A patient is told of all access to the own record; so is who acts in the patient's
 * place. Nobody else, a treating doctor no more than an administrator.
 *
 * Source: PDL 4 kap. 3 §; 5 kap. 5 §; 8 kap. 5 §; HSLF-FS 2016:40 4 kap. 9 a–b §.
 */
export function logReader(access: Access, patient: string | undefined): Denial | undefined {
  switch (access.kind) {
    case 'patient':
    case 'proxy':
      return patient !== undefined && patient === access.ownPatient
        ? undefined
        : { paragraph: 'PDL 8:5', reason: 'Only the log of your own record is for you' }
    case 'staff':
      return access.role === 'auditor' && access.purpose === 'administration'
        ? undefined
        : { paragraph: 'PDL 4:3', reason: 'Your commission is not for log review' }
    case 'sandbox':
      return undefined
    default:
      return { paragraph: 'PDL 4:3', reason: 'The log is read by people' }
  }
}

/** Whether this is one who reviews others' access, rather than a patient. */
export const isReviewer = (access: Access): boolean =>
  access.kind === 'staff' && logReader(access, undefined) === undefined
