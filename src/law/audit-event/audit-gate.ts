import { Problem } from '../../fhir/problem.ts'
import type {
  Capability,
  Change,
  SearchPage,
  StoredResource,
  TypeCapability,
} from '../../fhir/record-system.ts'
import type { SearchQuery } from '../../fhir/search/query.ts'
import type { Access } from '../access.ts'
import type { Gate } from '../gate.ts'
import type { LogNames } from '../log-reading/extract.ts'
import type { LogDesk } from '../log-reading/log-desk.ts'
import { isReviewer } from '../log-reading/log-reader.ts'
import type { LoggedAccess } from '../log-reading/logged-access.ts'
import { toAuditEvent } from './audit-event.ts'
import { AUDIT_PARAMETERS, toFilter } from './audit-query.ts'

/**
 * A gate that shows the access log as AuditEvents, to those who may read it: a reviewer the own care provider's, a patient
 * that of the own record. Nobody writes them: they are what the gate itself has written.
 */
export function withAuditEvents(gate: Gate, desk: LogDesk, names: LogNames): Gate {
  const capability = withLog(gate.capability())
  return {
    ...gate,
    capability: () => capability,
    async read(access, key, version) {
      if (key.type !== 'AuditEvent') return gate.read(access, key, version)
      const asked = { id: key.id, patient: ownPatient(access), count: 1, total: false }
      const { entries } = await desk.entries(access, asked)
      const [entry] = entries
      if (!entry || (version !== undefined && version !== '1')) {
        throw new Problem('not-found', 'There is no such AuditEvent to be seen')
      }
      return toStored(entry, names, isReviewer(access))
    },
    async search(access, query) {
      return query.type === 'AuditEvent'
        ? search(desk, names, access, query)
        : gate.search(access, query)
    },
    async history(access, query) {
      if (query.type !== 'AuditEvent') return gate.history(access, query)
      throw new Problem('not-supported', 'An AuditEvent has no history: it never changes')
    },
    async transact(access, changes) {
      if (!changes.some(isOfLog)) return gate.transact(access, changes)
      throw new Problem('not-supported', 'AuditEvents are written by the gate alone')
    },
  }
}

const isOfLog = (change: Change) =>
  (change.kind === 'update' ? change.key.type : change.type) === 'AuditEvent'

function withLog(capability: Capability): Capability {
  const log: TypeCapability = {
    interactions: new Set(['read', 'search-type']),
    searchParams: new Map(AUDIT_PARAMETERS.map((code) => [code, 'native' as const])),
  }
  return { ...capability, types: new Map([...capability.types, ['AuditEvent', log]]) }
}

const ownPatient = (access: Access) =>
  access.kind === 'patient' || access.kind === 'proxy' ? access.ownPatient : undefined

async function search(
  desk: LogDesk,
  names: LogNames,
  access: Access,
  query: SearchQuery,
): Promise<SearchPage> {
  const filter = toFilter(query)
  const { entries, total, more } = await desk.entries(access, {
    ...filter,
    patient: filter.patient ?? ownPatient(access),
    after: query.cursor === undefined ? undefined : afterOf(query.cursor),
    count: query.count,
    total: query.total !== 'none',
  })
  const last = entries.at(-1)
  return {
    hits: entries.map((entry) => ({
      resource: toStored(entry, names, isReviewer(access)),
      mode: 'match',
    })),
    total,
    next: more && last ? `${last.at}_${last.id}` : undefined,
    issues: [],
  }
}

/** Where the page before ended, as its cursor told. Cursors are signed: only ours come here. */
function afterOf(cursor: string): { at: number; id: string } {
  const [at = '', id = ''] = cursor.split('_')
  return { at: Number(at), id }
}

function toStored(logged: LoggedAccess, names: LogNames, tellsWho: boolean): StoredResource {
  const { id, at, patient, by } = logged
  return {
    key: { type: 'AuditEvent', id },
    version: '1',
    lastUpdated: new Date(at).toISOString(),
    origin: {
      ...{ type: 'AuditEvent', patient, unit: by.unit, provider: by.provider },
      ...{ from: at, to: at, process: undefined, labels: [] },
    },
    bytes: Buffer.from(JSON.stringify(toAuditEvent(logged, names, tellsWho))),
    method: 'create',
  }
}
