import type { AttackRow } from './attack-row.ts'

const VERIFY = 'tools/verify-log'
const MIGRATE = { file: 'src/db/migrate.ts', find: 'await client.query(steps)' }

/** The rows about the log and what keeps it. A test of a row begins with its name; those about keys are with the logins. */
export const LOG_ROWS: readonly AttackRow[] = [
  {
    row: 'AU01',
    threat: 'a disclosure without its row',
    broken: {
      file: 'src/law/law.ts',
      find: 'await log.append([{ ...entry, ...PERMITTED, basis, resources: [nameOf(resource)] }])',
      put: '',
    },
  },
  {
    row: 'AU02',
    threat: 'rows changed by the application',
    broken: {
      ...MIGRATE,
      put: "await client.query(steps.replaceAll('call law.only_added_to', '-- '))",
    },
  },
  {
    row: 'AU03',
    threat: 'rows changed by who may do anything',
    broken: {
      file: `${VERIFY}/chain.ts`,
      find: "return fits || !place.trusted ? 'fine' : 'changed'",
      put: "return 'fine'",
    },
  },
  {
    row: 'AU04',
    threat: 'a tail cut, an earlier state put back',
    broken: {
      file: `${VERIFY}/checkpoints.ts`,
      find: 'if (there?.root === kept.root) return []',
      put: 'if (!there || there.root === kept.root) return []',
    },
  },
  {
    row: 'AU05',
    threat: 'back-dating',
    broken: {
      file: 'src/law/log-chain.ts',
      find: 'last = Math.max(last + 1, Math.floor(now() * 1000))',
      put: 'last = Math.floor(now() * 1000)',
    },
  },
  {
    row: 'AU07',
    threat: 'a log that is down or full',
    broken: {
      file: 'src/law/access-log.ts',
      find: 'for (const { reject } of batch) reject(asProblem(cause))',
      put: 'for (const { resolve } of batch) resolve()',
    },
  },
  {
    row: 'AU08',
    threat: 'answers that leave before their row, callers who leave before their answer',
    broken: {
      file: 'src/law/law.ts',
      find: 'await parts.log.append(\n    [...shown]',
      put: 'void parts.log.append(\n    [...shown]',
    },
  },
  {
    row: 'AU09',
    threat: 'the back door: an operator in psql',
    noSurface: 'the region’s own PostgreSQL answers for it (pgaudit)',
  },
  {
    row: 'AU10',
    threat: 'reading the log unseen',
    broken: {
      file: 'src/law/log-reading/log-desk.ts',
      find: "await logReading(parts, access, patient, 'extract-log')",
      put: '',
    },
  },
  {
    row: 'AU15',
    threat: 'supply chain',
    noSurface: 'a matter of the build: versions are locked, and install scripts aren’t needed',
  },
  {
    row: 'AU16',
    threat: 'a log that is let go too early',
    broken: { ...MIGRATE, put: "await client.query(steps.replace('year + 6', 'year - 60'))" },
  },
]
