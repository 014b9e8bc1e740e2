// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are pieces of source
import type { AttackRow } from './attack-row.ts'

const LAW = 'src/law/law.ts'
const SEARCH = 'src/store/search/search.ts'
const INCLUDE = 'src/store/search/include.ts'

/** The rows about reading and finding. A test of a row begins with its name. */
export const READ_ROWS: readonly AttackRow[] = [
  {
    row: 'AZ01',
    threat: 'a record by its address',
    broken: {
      file: LAW,
      find: "const denial = known && objection(access, known, { action: 'read', types: [key.type] })",
      put: 'const denial = undefined',
    },
  },
  {
    row: 'AZ02',
    threat: 'versions and history of a hidden record',
    broken: {
      file: LAW,
      find: "const denial = objection(access, known, { action: 'read', types: [type] })",
      put: 'const denial = undefined',
    },
  },
  {
    row: 'AZ03',
    threat: 'histories of types and of all',
    broken: {
      file: 'src/store/history.ts',
      find: 'await inSight(sight, type, parts),',
      put: '',
    },
  },
  {
    row: 'AZ04',
    threat: 'forward include',
    broken: {
      file: INCLUDE,
      find: 'not r.deleted and ${await inSight(sight, type, parts)}',
      put: 'not r.deleted',
    },
  },
  {
    row: 'AZ05',
    threat: 'reverse, wildcard and iterated include',
    broken: {
      file: INCLUDE,
      find: 'not r.deleted and ${await inSight(sight, source, parts)}',
      put: 'not r.deleted',
    },
  },
  {
    row: 'AZ06',
    threat: '_has as an oracle',
    noSurface: 'reverse chains are refused',
    refused: ['Patient?_has:Observation:patient:code=c1'],
  },
  {
    row: 'AZ07',
    threat: 'nested chains',
    noSurface: 'chains are refused',
    refused: [
      'Encounter?subject:Patient.name=x',
      'Observation?patient.name=x',
      'Encounter?subject:Patient._has:Condition:subject:code=x',
    ],
  },
  {
    row: 'AZ08',
    threat: 'totals',
    broken: {
      file: SEARCH,
      find: 'store.res r where ${where}`',
      put: "store.res r where ${join(conditions.filter((each, index) => index !== 3), ' and ', sql`true`)}`",
    },
  },
  {
    row: 'AZ09',
    threat: 'sorting, and holes in pages',
    broken: {
      file: SEARCH,
      find: 'const page = rows.slice(0, query.count)',
      put: 'const page = rows.slice(0, query.count).filter((row, index) => index % 2 === 1)',
    },
  },
  {
    row: 'AZ10',
    threat: 'modifiers',
    broken: {
      file: SEARCH,
      find: 'const masked = isMaskedParameter(type, clause.param) ? maskedIn(sight) : undefined',
      put: 'const masked = clause.modifier || clause.values[0]?.kind === "missing" ? undefined : isMaskedParameter(type, clause.param) ? maskedIn(sight) : undefined',
    },
  },
  {
    row: 'AZ11',
    threat: 'a second patient beside the first, and other ways to write one',
    broken: {
      file: 'src/law/judge.ts',
      find: 'for (const each of known) {',
      put: 'for (const each of known.slice(0, 1)) {',
    },
  },
  {
    row: 'AZ12',
    threat: 'a search half in the address and half in the body',
    broken: {
      file: 'src/api/interaction.ts',
      find: "const parts = [asked.query, String(asked.body ?? '')]",
      put: 'const parts = [String(asked.body || asked.query)]',
    },
  },
  {
    row: 'AZ13',
    threat: 'compartments',
    noSurface: 'compartments are no addresses here',
    refused: ['Patient/p1/Observation', 'Patient/p1/*', 'Practitioner/x/Observation', 'Device/x/*'],
  },
  {
    row: 'AZ14',
    threat: '$everything through links',
    noSurface: 'there is no $everything',
    refused: ['Patient/p1/$everything', 'Encounter/e1/$everything'],
  },
  {
    row: 'AZ15',
    threat: 'scope of an export',
    noSurface: 'there is no bulk export',
    refused: ['$export', 'Patient/$export', 'Group/g1/$export'],
  },
  {
    row: 'AZ16',
    threat: 'files of an export',
    noSurface: 'there is no bulk export',
    refused: ['$export', '$bulkdata-status'],
  },
  {
    row: 'AZ17',
    threat: 'GraphQL',
    noSurface: 'there is no GraphQL',
    refused: ['$graphql?query={Patient{id}}', 'Patient/p1/$graphql?query={id}'],
  },
  {
    row: 'AZ22',
    threat: 'cache validators',
    broken: {
      file: 'src/api/api.ts',
      find: "const asked = askedBy(request, request.params['*'])",
      put: "const asked = askedBy(request, request.params['*'])\n      if (request.headers['if-none-match'] === '*') return reply.code(304).send()",
    },
  },
  {
    row: 'AZ25',
    threat: 'the bytes of a document',
    broken: {
      file: 'src/fhir/resource-type.ts',
      find: 'ActivityDefinition CapabilityStatement ChargeItemDefinition',
      put: 'ActivityDefinition Binary CapabilityStatement ChargeItemDefinition',
    },
  },
  {
    row: 'AZ26',
    threat: 'a type that was forgotten',
    broken: {
      file: 'src/store/in-sight.ts',
      find: 'const restricted = conjunction([',
      put: "if (type === 'CareTeam') return TRUE\n  const restricted = conjunction([",
    },
  },
  {
    row: 'AZ27',
    threat: 'what stands beside a record and names it',
    broken: {
      file: 'src/law/sight-of.ts',
      find: "{ label: 'block', ...own },",
      put: '',
    },
  },
]
