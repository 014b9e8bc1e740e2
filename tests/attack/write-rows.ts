// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are pieces of source
import type { AttackRow } from './attack-row.ts'

const APPLY = 'src/store/apply-changes.ts'

/** The rows about writing, and about what is delivered later. A test of a row begins with its name. */
export const WRITE_ROWS: readonly AttackRow[] = [
  {
    row: 'AZ18',
    threat: 'entries of a Bundle',
    broken: {
      file: 'src/api/bundle.ts',
      find: 'results: await how.gate.transact(how.access, changes) }',
      put: 'results: (await Promise.all(changes.map((change) => how.gate.transact(how.access, [change])))).flat() }',
    },
  },
  {
    row: 'AZ19',
    threat: 'conditions as an oracle',
    broken: {
      file: APPLY,
      find: 'const { hits } = await search(parts, query, author.sight)',
      put: "const { hits } = await search(parts, query, { ...author.sight, patients: 'all', providers: 'all', units: 'all', blocked: [] })",
    },
  },
  {
    row: 'AZ20',
    threat: 'an id that the caller chooses',
    broken: {
      file: APPLY,
      find: 'if (there ? !sees(author, there) : !author.mayChooseId) throw notFound()',
      put: "if (there && !sees(author, there)) throw new Problem('conflict', 'taken')\n  if (!there && !author.mayChooseId) throw notFound()",
    },
  },
  {
    row: 'AZ21',
    threat: 'a patch as an oracle',
    broken: {
      file: APPLY,
      find: "const visible = there && there.method !== 'delete' && sees(author, there)",
      put: "const visible = there && there.method !== 'delete'",
    },
  },
  {
    row: 'AZ23',
    threat: 'writing into another record, or moving there',
    broken: {
      file: APPLY,
      find: 'if (sees(author, version.resource)) return version',
      put: 'return version',
    },
  },
  {
    row: 'AZ24',
    threat: 'a label that is left out',
    broken: {
      file: 'src/store/version.ts',
      find: 'if (mayUnlabel || !previous ||',
      put: 'if (true || !previous ||',
    },
  },
  {
    row: 'AZ28',
    threat: 'rights of a subscription',
    noSurface: 'nothing is delivered to subscribers',
    refused: ['Subscription/$events', 'Subscription/x/$status'],
  },
  {
    row: 'AZ29',
    threat: 'websockets',
    noSurface: 'there are none',
    refused: ['Subscription/$get-ws-binding-token'],
  },
  {
    row: 'AZ30',
    threat: 'cursor of a feed',
    noSurface: 'no feed of changes is handed out',
    refused: ['$feed', '$changes'],
  },
]
