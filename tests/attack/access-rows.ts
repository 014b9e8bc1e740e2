// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are pieces of source
import type { AttackRow } from './attack-row.ts'

/** The rows about who may what, when and on what ground. A test of a row begins with its name. */
export const ACCESS_ROWS: readonly AttackRow[] = [
  {
    row: 'AZ31',
    threat: 'somebody else’s page link, or one that has outlived the right',
    broken: {
      file: 'src/api/search-bundle.ts',
      find: 'if (given.length !== right.length || !timingSafeEqual(given, right)) {',
      put: 'if (false) {',
    },
  },
  {
    row: 'AZ32',
    threat: 'a shared cache',
    broken: {
      file: 'src/api/respond.ts',
      find: "'cache-control', 'no-store'",
      put: "'cache-control', 'max-age=60'",
    },
  },
  {
    row: 'AZ33',
    threat: 'a decision that has gone stale',
    broken: {
      file: 'src/law/facts.ts',
      find: '(told) => told.startsWith(own) && forget(told.slice(own.length)),',
      put: '() => {},',
    },
  },
  {
    row: 'AZ34',
    threat: 'other units without an active choice',
    broken: {
      file: 'src/law/sight-of.ts',
      find: 'return choiceOf(access, facts) !== undefined',
      put: "return access.kind === 'staff'",
    },
  },
  {
    row: 'AZ35',
    threat: 'another provider without consent, or with one withdrawn or given to others',
    broken: {
      file: 'src/law/shared-records.ts',
      find: "({ ground }) => ground !== 'consent' || consents(access, facts, provider),",
      put: '() => true,',
    },
  },
  {
    row: 'AZ36',
    threat: 'a guardian who blocks',
    broken: { file: 'src/law/consent.ts', find: 'if (byPatient) return', put: 'return' },
  },
  {
    row: 'AZ37',
    threat: 'emergency without reason, of another patient, without end, or that nobody is told of',
    broken: {
      file: 'src/law/open-shared.ts',
      find: "if (ground === 'emergency') {",
      put: 'if (false) {',
    },
  },
  {
    row: 'AZ38',
    threat: 'a protected identity found by what is masked',
    broken: {
      file: 'src/store/search/search.ts',
      find: 'const masked = isMaskedParameter(type, clause.param) ? maskedIn(sight) : undefined',
      put: 'const masked = undefined',
    },
  },
  {
    row: 'AZ39',
    threat:
      'a source that answers more than it was asked for; a statement of another region forged, replayed or for somebody else',
    broken: {
      file: 'src/systems/fhir-server/search-records.ts',
      find: 'covers(sight, stored.origin, () => indexed),',
      put: 'true,',
    },
  },
  {
    row: 'AZ40',
    threat: 'a proxy whose right has ended',
    broken: {
      file: 'src/law/rules/proxy.ts',
      find: "if (access.basis === 'guardian' && !isBelow(OWN_SAY_FROM, facts)) {",
      put: 'if (false) {',
    },
  },
  {
    row: 'AZ41',
    threat: 'what errors tell',
    broken: {
      file: 'src/law/law.ts',
      find: 'There is no such ${key.type} to be seen',
      put: "There is no such ${key.type} ${denial ? 'for you' : 'to be seen'}",
    },
  },
  {
    row: 'AZ42',
    threat: 'the time that an answer takes',
    broken: {
      file: 'src/law/law.ts',
      find: 'await log.append([denied(entry, denial)])',
      put: 'if (sealed) await log.append([denied(entry, denial)])',
    },
  },
  {
    row: 'AZ43',
    threat:
      'one user who looks up very many: ids counted through, personal numbers tried, lists walked',
    broken: {
      file: 'src/law/alerts/strangers.ts',
      find: 'if (retryAfter === undefined) return',
      put: 'if (retryAfter !== undefined || true) return',
    },
  },
  {
    row: 'AZ44',
    threat: 'counts that point at somebody',
    broken: {
      file: 'src/law/rules/feasibility-count.ts',
      find: 'const from = Math.floor(persons / FEWEST) * FEWEST',
      put: 'const from = persons',
    },
  },
  {
    row: 'AZ45',
    threat: 'granular scopes',
    broken: {
      file: 'src/law/sight-of.ts',
      find: 'if (alternatives.every((where) => where.length > 0)) found.set(type, alternatives)',
      put: '',
    },
  },
]
