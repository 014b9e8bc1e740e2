import path from 'node:path'
import type { Queryable } from './db/database.ts'
import { type ExportReport, exportLog, type LogExport } from './exchange/log-export/export-log.ts'
import { Problem } from './fhir/problem.ts'
import type { RecordSystem } from './fhir/record-system.ts'
import type { Directory } from './identity/directory.ts'
import type { AccessLog } from './law/access-log.ts'
import { type AlertDesk, createAlertDesk } from './law/alerts/alert-desk.ts'
import type { LookUps } from './law/alerts/look-ups.ts'
import type { LogNames } from './law/log-reading/extract.ts'
import { createLogDesk, type LogDesk, patientNumberOf } from './law/log-reading/log-desk.ts'
import { createLogFeed } from './law/log-reading/log-feed.ts'
import { createReviewDesk, type ReviewDesk } from './law/log-review/review-desk.ts'
import type { Witness } from './law/sealing/witness.ts'
import { createWitnesses, ownLogKey } from './law/sealing/witnesses.ts'
import { finder } from './open-directory.ts'

/** All that is done with the access log beside writing it, for each region. */
export interface LogParts {
  readonly names: LogNames
  /** Opens the desks of a region. */
  open(region: string, system: RecordSystem): LogDesk
  readonly deskOf: (region: string) => LogDesk | undefined
  readonly reviewDeskOf: (region: string) => ReviewDesk | undefined
  readonly alertDeskOf: (region: string) => AlertDesk | undefined
  readonly witnessOf: (region: string) => Witness | undefined
  /** Hands what is new of a region's log to a receiver. @param writer HSA-id of the system that writes the log */
  handOver(region: string, writer: string, send: LogExport['send']): Promise<ExportReport>
}

/** What they are made of. */
export interface LogPartsGiven {
  readonly db: Queryable
  readonly log: AccessLog
  readonly lookUps: LookUps
  readonly directory: Directory
  readonly dataFolder: string
  readonly now: () => number
}

interface Desks {
  readonly system: RecordSystem
  readonly desk: LogDesk
  readonly review: ReviewDesk
  readonly alerts: AlertDesk
}

export function createLogParts(given: LogPartsGiven): LogParts {
  const { db, log, lookUps, directory, dataFolder, now } = given
  const desks = new Map<string, Desks>()
  const names = logNames(directory)
  return {
    names,
    open(region, system) {
      const desk = createLogDesk({ db, region, system, log, lookUps, names, now })
      const review = createReviewDesk({ db, region, system, log, ...staffFacts(directory) })
      const alerts = createAlertDesk({ db, region, log })
      desks.set(region, { system, desk, review, alerts })
      return desk
    },
    deskOf: (region) => desks.get(region)?.desk,
    reviewDeskOf: (region) => desks.get(region)?.review,
    alertDeskOf: (region) => desks.get(region)?.alerts,
    witnessOf: createWitnesses({
      folder: path.join(dataFolder, 'witness'),
      regions: () => directory.regions.map(({ id }) => id),
      logKeys: () => ownLogKey(path.join(dataFolder, 'sealer')),
      now,
    }),
    async handOver(region, writer, send) {
      const { system } = desks.get(region) ?? {}
      if (!system) throw new Problem('not-found', `There is no region ${region}`)
      const feed = createLogFeed(db, region, `${region}/StoreLog`)
      const patientNumber = (patient: string) => patientNumberOf(system, patient)
      return exportLog({ feed, system: writer, names, patientNumber, send })
    },
  }
}

/** What log review knows of who is employed. The directory has no addresses and personal numbers. */
function staffFacts(directory: Directory) {
  const memberOf = finder(() => directory.staff)
  const staff = (hsaId: string) => {
    const member = memberOf(hsaId)
    if (!member) return undefined
    const { givenName, familyName } = member
    return { name: `${givenName} ${familyName}`, family: familyName }
  }
  return { staff, isEmployed: () => false }
}

/** What the log's HSA-ids are called. */
function logNames(directory: Directory): LogNames {
  const unitOf = finder(() => directory.units)
  const providerOf = finder(() => directory.providers)
  const memberOf = finder(() => directory.staff)
  return {
    unit: (hsaId) => unitOf(hsaId)?.name,
    provider: (hsaId) => providerOf(hsaId)?.name,
    title: (hsaId) => memberOf(hsaId)?.title,
  }
}
