import { createHash } from 'node:crypto'
import type { LogNames } from '../../law/log-reading/extract.ts'
import type { LoggedAccess } from '../../law/log-reading/logged-access.ts'
import { kindsOf } from '../../law/log-reading/plain-words.ts'

/** A personal number (`extension`) with the OID of its kind (`root`). */
export interface PatientNumber {
  readonly root: string
  readonly extension: string
}

const ACTIVITIES: Readonly<Record<string, string>> = {
  print: 'Utskrift',
  export: 'Utskrift',
  'export-log': 'Utskrift',
  'open-emergency': 'Nödöppning',
}

const PURPOSES: Readonly<Record<string, string>> = {
  care: 'Vård och behandling',
  'care-administration': 'Administration',
  'required-documentation': 'Annan dokumentation enligt lag',
  quality: 'Kvalitetssäkring',
  administration: 'Administration',
  statistics: 'Statistik',
  'feasibility-count': 'Statistik',
}

/**
 * An entry of the log as a post to the national log service. Names of staff are left out: the service has them from HSA,
 * which knows who is protected.
 *
 * @param system HSA-id of the system that writes the log
 */
export function toLogPost(
  logged: LoggedAccess,
  system: string,
  patient: PatientNumber | undefined,
  names: LogNames,
) {
  const { by, outcome, paragraph, basis } = logged
  const kinds = kindsOf(logged.resources)
  return {
    logId: logIdOf(system, logged.id),
    system,
    activity: basis?.startsWith('emergency') ? 'Nödöppning' : activityOf(logged),
    level: outcome === 'deny' ? `Nekad ${paragraph ?? ''}`.trim() : undefined,
    time: new Date(logged.at).toISOString(),
    purpose: PURPOSES[by.purpose] ?? 'Vård och behandling',
    user: { id: by.person, assignment: by.commission, title: names.title(by.person) },
    careProvider: { id: by.provider, name: names.provider(by.provider) },
    careUnit: { id: by.unit, name: names.unit(by.unit) },
    patient,
    kinds: kinds.length > 0 ? kinds : ['Inga uppgifter visades'],
  }
}

function activityOf({ action, resources }: LoggedAccess): string {
  if (action !== 'write') return ACTIVITIES[action] ?? 'Läsa'
  const isDeletion = resources.length > 0 && resources.every((name) => name.endsWith('/delete'))
  return isDeletion ? 'Radera' : 'Skriva'
}

/** A UUID (version 8) that the same entry always has: what is sent twice is known by it. */
function logIdOf(system: string, id: string): string {
  const bytes = createHash('sha256').update(`${system} ${id}`).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
