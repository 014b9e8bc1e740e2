import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import { Problem } from '../../fhir/problem.ts'
import type { Access } from '../access.ts'
import type { AccessLog } from '../access-log.ts'
import { requireReviewer } from '../log-review/require-reviewer.ts'
import type { AlertKind } from './alerts.ts'

/** An alert, as reviewers see it. */
export interface Alert {
  readonly id: string
  readonly at: Date
  readonly kind: AlertKind
  readonly person: string
  readonly name: string
  readonly unit: string
  /** Patient.id; `null`: it concerns nobody in particular. */
  readonly patient: string | null
  readonly reason: string | null
  /** How many of the kind the same user has had in the day before it, itself included. */
  readonly lately: number
  /** When a reviewer took care of it, and who; `null`: nobody has. */
  readonly seenAt: Date | null
  readonly seenBy: string | null
}

/** Where a care provider's log reviewers are told what can't wait for the next check (PDL 4:3). */
export interface AlertDesk {
  /**
   * Newest first: those that wait, and as many of the last month as there is room for beside them. Each patient that is shown is in the log; who asks for news and gets
   * none is shown nobody.
   *
   * @param after the id of an alert: only newer ones
   * @throws Problem `forbidden` for who is no reviewer
   */
  alerts(access: Access, after: string | undefined): Promise<readonly Alert[]>
  /** @throws Problem `not-found` for one that isn't the own care provider's */
  see(access: Access, id: string): Promise<Alert>
}

/** What a desk is made of. */
export interface AlertDeskParts {
  readonly db: Queryable
  readonly region: string
  readonly log: AccessLog
}

const MOST = 200

export function createAlertDesk(parts: AlertDeskParts): AlertDesk {
  const { db, log } = parts
  return {
    async alerts(access, after) {
      await requireReviewer(parts, access)
      const found = await readAlerts(parts, access, { after })
      if (after === undefined || found.length > 0) await logShown(log, access, found)
      return found
    },
    async see(access, id) {
      await requireReviewer(parts, access)
      const isThere = (await readAlerts(parts, access, { id })).length > 0
      if (!isThere) throw new Problem('not-found', 'There is no such alert at your care provider')
      await query(
        db,
        sql`insert into law.alert_seen (alert, by) values (${id}::int8, ${access.userName})`,
      )
      const found = await readAlerts(parts, access, { id })
      await logShown(log, access, found)
      const [alert] = found
      if (!alert) throw new Error('an alert is never taken away')
      return alert
    },
  }
}

async function readAlerts(
  { db, region }: AlertDeskParts,
  { provider }: Access,
  { after, id }: { readonly after?: string | undefined; readonly id?: string },
): Promise<readonly Alert[]> {
  return query<Alert>(
    db,
    sql`select alert.id::text as id, alert.at, kind, person, name, unit, patient, reason,
        (select count(*)::int from law.alert other
          where other.region = alert.region and other.provider = alert.provider and other.kind = alert.kind
            and other.person = alert.person and other.id <= alert.id
            and other.at > alert.at - interval '1 day') as lately,
        seen.at as "seenAt", seen.by as "seenBy"
      from law.alert alert
      left join lateral (
        select at, by from law.alert_seen where alert = alert.id order by at desc limit 1
      ) seen on true
      where region = ${region} and provider = ${provider}
        and (${after ?? null}::int8 is null or alert.id > ${after ?? null}::int8)
        and (${id ?? null}::int8 is null or alert.id = ${id ?? null}::int8)
        and (${id ?? null}::int8 is not null or seen.at is null or alert.at > now() - interval '31 days')
      order by (seen.at is not null), alert.id desc limit ${MOST}`,
  ).then((found) => found.toSorted((a, b) => Number(b.id) - Number(a.id)))
}

/** That the reviewer was told of a patient is in that patient's log. */
function logShown(log: AccessLog, access: Access, alerts: readonly Alert[]): Promise<void> {
  const patients = new Set(alerts.map(({ patient }) => patient ?? undefined))
  return log.append(
    [...(patients.size > 0 ? patients : [undefined])].map((patient) => ({
      access,
      patient,
      action: 'review-log',
      outcome: 'permit',
      paragraph: undefined,
      basis: { kind: 'review' },
      resources: [],
    })),
  )
}
