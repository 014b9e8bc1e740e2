import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { PARAGRAPHS, type Paragraph } from './paragraphs.ts'

/** Where the tests of the law are: the room's own, the oracles, and of the whole system those that are called so. */
const FOLDERS = ['src/law', 'tests/e2e', 'tests/law-oracle', 'tests/two-worlds']
const IS_OF_THE_LAW = /^src\/law\/|\/law[\w-]*\.test\.ts$|^tests\/(law-oracle|two-worlds)\//

interface NamedTest {
  readonly file: string
  readonly name: string
}

/** `docs/law.md`: paragraph → rule → the tests whose names cite it. Made from the list of paragraphs and the test files. */
export function lawDocument(): string {
  const tests = testsIn(FOLDERS)
  return [
    '# The law, and what keeps it',
    '',
    'Made by `npm run law` from `tools/law/paragraphs.ts` and the names of the tests; a test fails when it is out of date,',
    'when a paragraph has no rule, when no test cites it, or when nothing calls the rule and that isn’t said.',
    '',
    ...PARAGRAPHS.flatMap((paragraph) => section(paragraph, tests)),
    ...judgements(),
  ].join('\n')
}

/** The paragraphs whose rule is missing, or that no test cites; rules that nothing calls, or that are called and said not to be. */
export function gaps(): readonly string[] {
  const tests = testsIn(FOLDERS)
  const product = reachedFrom(ENTRANCES)
  return PARAGRAPHS.flatMap(({ name, rule, awaits }) => [
    ...(existsSync(rule) ? [] : [`${name} has no rule: ${rule} is not there`]),
    ...(citing(name, tests).length > 0 ? [] : [`${name} is cited by no test`]),
    ...(awaits === undefined && !product.has(rule) ? [`${name}: nothing calls ${rule}`] : []),
    ...(awaits !== undefined && product.has(rule) ? [`${name}: ${rule} is called; say so`] : []),
  ])
}

/** Where the product begins. */
const ENTRANCES = ['src/main.ts', 'src/cli.ts']

/** Every file that is imported, from these on. */
function reachedFrom(entrances: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>()
  const waiting = [...entrances]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue
    reached.add(file)
    const imports = readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)\s(?!type\b)[^'"]*?from '(\.[^']+\.ts)'|^import '(\.[^']+\.ts)'|\bimport\('(\.[^']+\.ts)'\)/gm,
    )
    for (const [, one, two, three] of imports) {
      waiting.push(path.posix.join(path.posix.dirname(file), one ?? two ?? three ?? ''))
    }
  }
  return reached
}

function section(paragraph: Paragraph, tests: readonly NamedTest[]): string[] {
  const { name, about, rule, awaits } = paragraph
  const lines = citing(name, tests).map((each) => `- ${each.name} (\`${each.file}\`)`)
  const unused = awaits === undefined ? [] : [`Nothing calls it yet: ${awaits}.`, '']
  return [`## ${name}`, '', `${about}.`, '', `Rule: \`${rule}\``, '', ...unused, ...lines, '']
}

/** A name cites `PDL 4:4` as that, or after another paragraph of the same act: `PDL 3:9, 3:10`. */
function citing(name: string, tests: readonly NamedTest[]): readonly NamedTest[] {
  const [act = '', place = ''] = name.split(' ')
  const cites = new RegExp(
    place === '' ? `\\b${act}\\b` : `${act}[^)]*(?<![\\d:])${place.replace(':', ':')}(?![\\d:])`,
  )
  return tests.filter((each) => cites.test(each.name))
}

/** Names of `describe`, `test` and `it` as they are written. */
function testsIn(folders: readonly string[]): readonly NamedTest[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.test\.tsx?$/.test(file))
      .sort()
      .flatMap((file) => {
        const name = path.posix.join(folder, file)
        if (!IS_OF_THE_LAW.test(name)) return []
        const found = readFileSync(name, 'utf8').matchAll(
          /\b(?:describe|test|it)\(\s*(['"`])((?:(?!\1)[^\\]|\\.)*)\1/g,
        )
        return [...found].map(([, , text = '']) => ({ file: name, name: text }))
      }),
  )
}

/** What the statutes leave to the provider, as we have settled it. */
function judgements(): string[] {
  return [
    '## What we have judged where the statutes leave it open',
    '',
    '- A unit is presumed to need the record for eighteen months after its last contact (`src/law/write-log.ts`).',
    '- A stated relation holds for a week, a choice, a lifting or an opening for twelve hours, a revealed identity for one (`src/law/decide.ts`).',
    '- A reason stated with a request is an active choice too (`src/law/sight-of.ts`).',
    '- Guardians read until the child is thirteen; a child below thirteen needs no consent of its own (`src/law/rules/proxy.ts`, `src/law/shared-records.ts`).',
    '- Doctors and nurses are authorised to lift blocks (`src/law/lift-block.ts`).',
    '- Who a patient is, the Patient resource, is no care documentation: no unit’s block or choice hides it (`src/fhir/sight.ts`).',
    '- A laboratory’s answer belongs to the unit that ordered it (`src/systems/hl7v2/message-changes.ts`).',
    '- Counts are told in tens (`src/law/rules/feasibility-count.ts`).',
    '',
  ]
}
