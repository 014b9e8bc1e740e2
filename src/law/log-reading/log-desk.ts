import type { Queryable } from '../../db/database.ts'
import { Problem } from '../../fhir/problem.ts'
import type { RecordSystem } from '../../fhir/record-system.ts'
import { unseal } from '../../fhir/seal.ts'
import { EVERYTHING, mintSight } from '../../fhir/sight.ts'
import type { Access } from '../access.ts'
import type { AccessLog } from '../access-log.ts'
import type { LookUps } from '../alerts/look-ups.ts'
import { countLookUp } from '../alerts/strangers.ts'
import type { LegalBasis, LogAction } from '../log-entry.ts'
import { patientsWithNumber } from '../patients-with-number.ts'
import { readFormerIds, readProtectedByMerge } from '../read-facts.ts'
import { type Demographics, demographicsIn } from './demographics.ts'
import { extractRows, type LogExtract, type LogNames } from './extract.ts'
import { isReviewer, logReader } from './log-reader.ts'
import {
  countLog,
  type LogFilter,
  type LoggedAccess,
  patientsInLog,
  readLog,
} from './logged-access.ts'

/** Where one region's access log is read. To read it is logged too, before anything is told. */
export interface LogDesk {
  /**
   * Everything that was done with a patient's record, as the patient is told of it.
   * @throws Problem `forbidden` for who may not know
   */
  extract(access: Access, patient: string, period: Period): Promise<LogExtract>
  /**
   * Entries, newest first: a reviewer's of the own care provider, a patient's of the own record.
   * @throws Problem `forbidden` for who may not know
   */
  entries(access: Access, asked: AskedEntries): Promise<EntryPage>
  /**
   * Who the log's patients are, for a reviewer: by personal number, or by Patient.id. Left out is who isn't there, or isn't
   * in the log of the reviewer's own provider; who is protected is told without name and number (OSL 22:1).
   * @throws Problem `forbidden` for who is no reviewer
   */
  people(access: Access, whom: AskedPeople): Promise<readonly LoggedPatient[]>
}

/** Twelve digits each, and ids of Patient. */
export interface AskedPeople {
  readonly numbers: readonly string[]
  readonly ids: readonly string[]
}

/** Whose record a row of the log is about. */
export interface LoggedPatient {
  readonly patient: string
  readonly name: string | undefined
  readonly personalNumber: string | undefined
  readonly isProtected: boolean
}

/** [from, to), milliseconds since 1970. */
export interface Period {
  readonly from: number | undefined
  readonly to: number | undefined
}

/** What of the log is asked for. */
export interface AskedEntries extends Partial<Omit<LogFilter, 'region' | 'provider'>> {
  readonly count: number
  readonly total: boolean
}

export interface EntryPage {
  readonly entries: readonly LoggedAccess[]
  readonly total: number | undefined
  readonly more: boolean
}

/** What a desk is made of. */
export interface LogDeskParts {
  readonly db: Queryable
  readonly region: string
  readonly system: RecordSystem
  readonly log: AccessLog
  readonly lookUps: LookUps
  readonly names: LogNames
  readonly now: () => number
}

/** More entries than this are not one patient's. */
const MOST = 1_000_000

export function createLogDesk(parts: LogDeskParts): LogDesk {
  const { db, region, names, now } = parts
  return {
    async extract(access, patient, { from, to }) {
      await refuse(parts, access, patient, 'extract-log')
      const provider = isReviewer(access) ? access.provider : undefined
      const ids = [patient, ...(await readFormerIds(db, region, patient))]
      const logged = await Promise.all(
        ids.map((each) => readLog(db, { region, patient: each, provider, from, to }, MOST)),
      )
      const found = logged.flat().sort((a, b) => b.at - a.at)
      const who = await demographicsOf(parts.system, patient)
      await logReading(parts, access, patient, 'extract-log')
      return {
        ...{ made: now(), patient, from, to },
        name: who?.name,
        personalNumber: who?.personalNumber,
        rows: extractRows(found, names),
        entries: found.length,
      }
    },
    async entries(access, { count, total, ...filter }) {
      await refuse(parts, access, filter.patient, 'read-log')
      const provider = isReviewer(access) ? access.provider : undefined
      const whole = { ...filter, region, provider }
      const found = await readLog(db, whole, count + 1)
      const number = total ? await countLog(db, { ...whole, after: undefined }) : undefined
      const shown = found.slice(0, count)
      await logReading(parts, access, filter.patient, 'read-log', shown)
      return { entries: shown, total: number, more: found.length > count }
    },
    people: (access, whom) => peopleFor(parts, access, whom),
  }
}

const HIDDEN = { name: undefined, personalNumber: undefined }

async function peopleFor(
  parts: LogDeskParts,
  access: Access,
  { numbers, ids }: AskedPeople,
): Promise<readonly LoggedPatient[]> {
  await refuse(parts, access, undefined, 'read-log')
  const found = (
    await Promise.all(numbers.map((each) => patientsWithNumber(parts.system, each)))
  ).flat()
  const { db, region, system } = parts
  const provider = isReviewer(access) ? access.provider : undefined
  const logged = await patientsInLog(db, { region, provider }, [...new Set([...ids, ...found])])
  const merged = await readProtectedByMerge(db, region)
  const people = await Promise.all(
    [...logged].map(async (patient) => {
      const who = await demographicsOf(system, patient, merged)
      if (!who) return []
      const { name, personalNumber } = who.isProtected ? HIDDEN : who
      return [{ patient, name, personalNumber, isProtected: who.isProtected }]
    }),
  )
  const told = people.flat()
  const isTold = (id: string) => told.some(({ patient }) => patient === id)
  await countLookUp(parts, access, 'read-log', {
    targets: [...numbers, ...ids.filter((id) => !isTold(id)).map((id) => `Patient/${id}`)],
  })
  await logReading(parts, access, undefined, 'read-log', told)
  return told
}

/** @throws Problem `forbidden` for who may not read this log; the attempt is logged */
async function refuse(
  { log, region }: LogDeskParts,
  access: Access,
  patient: string | undefined,
  action: LogAction,
): Promise<void> {
  if (access.region !== region) {
    throw new Problem('forbidden', 'Your commission is in another region (PDL 4:2)')
  }
  const denial = logReader(access, patient)
  if (!denial) return
  const { paragraph, reason } = denial
  await log.append([{ access, patient, action, outcome: 'deny', paragraph, resources: [] }])
  throw new Problem('forbidden', `${reason} (${paragraph})`)
}

/** Whose log was read: the patient that was asked about, else each that was shown. */
function logReading(
  { log }: LogDeskParts,
  access: Access,
  patient: string | undefined,
  action: LogAction,
  shown: readonly { readonly patient: string | undefined }[] = [],
): Promise<void> {
  const patients = patient === undefined ? shown.map((each) => each.patient) : [patient]
  const each = new Set(patients.length > 0 ? patients : [undefined])
  return log.append(
    [...each].map((one) => ({
      access,
      patient: one,
      action,
      outcome: 'permit',
      paragraph: undefined,
      basis: basisOf(access),
      resources: [],
    })),
  )
}

function basisOf({ kind }: Access): LegalBasis {
  if (kind === 'patient') return { kind: 'own-record' }
  return { kind: kind === 'proxy' ? 'proxy' : 'review' }
}

/**
 * Who a patient is, read as a look-up is: nothing that hangs on them.
 *
 * @param protectedByMerge those whose identity is protected without their own Patient telling
 */
export async function demographicsOf(
  system: RecordSystem,
  patient: string,
  protectedByMerge: readonly string[] = [],
): Promise<Demographics | undefined> {
  const sealed = await system.locate({ type: 'Patient', id: patient })
  const sight = mintSight({ ...EVERYTHING, patients: [patient], types: ['Patient'] })
  const resource = sealed && unseal(sealed, sight)
  if (!resource || resource.bytes.length === 0) return undefined
  const who = demographicsIn(resource.bytes)
  return { ...who, isProtected: who.isProtected || protectedByMerge.includes(patient) }
}

/** A patient's personal or coordination number, with the OID of its kind. Source: RIV-TA, OIDs of Inera and Skatteverket. */
export async function patientNumberOf(system: RecordSystem, patient: string) {
  const extension = (await demographicsOf(system, patient))?.personalNumber
  if (extension === undefined) return undefined
  const isCoordination = Number(extension.slice(6, 8)) > 60
  return { root: `1.2.752.129.2.1.3.${isCoordination ? 3 : 1}`, extension }
}
