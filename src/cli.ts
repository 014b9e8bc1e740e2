import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { populate } from '../tools/population/populate.ts'
import { adviceFor } from './advice.ts'
import { readConfig, SETTINGS } from './config.ts'
import { DEMO_SEED } from './demo.ts'
import { DIRECTORY_HELP, loadDirectory } from './directory-commands.ts'
import { createLoader } from './exchange/load/load.ts'
import { createSourceLoader } from './exchange/load/load-by-source.ts'
import { loadFiles } from './exchange/load/load-files.ts'
import { progressLine, reportText } from './exchange/load/report-text.ts'
import { Problem } from './fhir/problem.ts'
import { demoDirectory } from './identity/demo-directory.ts'
import type { App } from './identity/oauth/apps.ts'
import { type Karna, openKarna } from './karna.ts'
import { createEvents } from './log.ts'
import { logCommand, sendLog } from './log-commands.ts'
import { DESTROY_HELP, destroyCommand } from './record-commands.ts'
import { REGION_HELP, regionCommand } from './region-commands.ts'

const [, , command, ...words] = process.argv

try {
  process.exitCode = await run()
} catch (thrown) {
  process.stderr.write(`${adviceFor(thrown)}\n`)
  process.exitCode = 1
}

async function run(): Promise<number> {
  switch (command) {
    case 'load':
      return withKarna(load)
    case 'directory':
      return withKarna(directory)
    case 'population':
      return printPopulation()
    case 'region':
      return withKarna(({ operations }) =>
        regionCommand(operations, words, (text) => process.stdout.write(`${text}\n`)),
      )
    case 'destroy':
      return withKarna((karna) =>
        destroyCommand(karna, words, (text) => process.stdout.write(`${text}\n`)),
      )
    case 'token':
      return withKarna(printToken)
    case 'app':
      return withKarna(registerApp)
    case 'keys':
      return withKarna(rotateKeys)
    case 'log':
      if (words[0] === 'send') return withKarna((karna) => sendLog(karna, words.slice(1)))
      return logCommand(words, readConfig(), createEvents())
    default:
      process.stdout.write(helpText())
      return command === 'help' ? 0 : 1
  }
}

async function withKarna(work: (karna: Karna) => Promise<number>): Promise<number> {
  const config = readConfig()
  const karna = await openKarna({
    config,
    directory: config.demo ? demoDirectory : 'stored',
    events: createEvents(),
    isServer: false,
  })
  try {
    return await work(karna)
  } finally {
    await karna.close()
  }
}

async function printToken(karna: Karna): Promise<number> {
  process.stdout.write(`${(await karna.identity.issueToken(words[0] ?? '')).token}\n`)
  return 0
}

/** An app as in `identity/oauth/apps.ts`, from a JSON file. */
async function registerApp(karna: Karna): Promise<number> {
  const [verb, word = ''] = words
  if (verb === 'end') await karna.smart.apps.end(word)
  else if (verb === 'add' && word) await karna.smart.apps.register(readApp(word))
  else
    throw new Problem(
      'invalid',
      'Say which: karna app add <file.json>, or karna app end <client id>',
    )
  return 0
}

function readApp(file: string): App {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as App
  } catch (cause) {
    throw new Problem('invalid', 'The file is not there, or is not JSON', { cause })
  }
}

async function rotateKeys(karna: Karna): Promise<number> {
  if (words[0] !== 'rotate') throw new Problem('invalid', 'Say: karna keys rotate')
  await karna.smart.keys.rotate()
  process.stdout.write('A new key is published, and signs in five minutes.\n')
  return 0
}

async function load(karna: Karna): Promise<number> {
  const { region, rest } = optionsOf(words, ['region'])
  const [path] = rest
  if (!path) {
    throw new Problem('invalid', 'Say what to load: karna load <file|folder|-> [--region sandbox]')
  }
  const began = Date.now()
  let shown = 0
  const seconds = () => (Date.now() - began) / 1000
  const loader = region
    ? createLoader(karna.loadTarget(region))
    : createSourceLoader(karna.loadTarget, (hsaId) => regionIn(karna, hsaId), 'sandbox')
  const report = await loadFiles(path, loader, (progress) => {
    if (seconds() - shown < 1 && progress.file !== undefined) return
    shown = seconds()
    process.stderr.write(
      `${process.stderr.isTTY ? '\r' : ''}${progressLine(progress, shown)}${process.stderr.isTTY ? '' : '\n'}`,
    )
  })
  await karna.maintain()
  process.stdout.write(`${reportText(report, seconds())}`)
  return report.rejections.length > 0 ? 2 : 0
}

/** In which region a care unit is. */
function regionIn({ directory }: Karna, hsaId: string): string | undefined {
  return directory.units.find((unit) => unit.hsaId === hsaId)?.region
}

async function directory(karna: Karna): Promise<number> {
  const [verb, ...more] = words
  const { region, rest } = optionsOf(more, ['region'])
  const [path] = rest
  if (verb !== 'load' || !path || !region) {
    throw new Problem('invalid', 'Say: karna directory load <file|folder|-> --region <id>')
  }
  return loadDirectory(karna, path, region, (text) => process.stdout.write(`${text}\n`))
}

/** Invented people as NDJSON on standard output, as fast as the reader takes them. */
async function printPopulation(): Promise<number> {
  const options = optionsOf(words, ['patients', 'seed', 'until'])
  const patients = Number(options.patients ?? 300)
  const until = options.until ?? new Date().toISOString().replace(/\.\d+Z$/, '+00:00')
  if (!Number.isInteger(patients) || patients < 0) {
    throw new Problem('invalid', 'Say how many: karna population --patients 1000')
  }
  if (Number.isNaN(Date.parse(until))) {
    throw new Problem('invalid', 'Say until when: --until 2026-11-24T13:05:00+01:00')
  }
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EPIPE') process.exit(0) // the reader has enough
    throw cause
  })
  for (const { resources } of populate({ seed: options.seed ?? DEMO_SEED, patients, until })) {
    const lines = resources.map((resource) => `${JSON.stringify(resource)}\n`).join('')
    if (!process.stdout.write(lines)) await once(process.stdout, 'drain')
  }
  return 0
}

/** `--name value` pairs, and what stands without a name. */
function optionsOf<N extends string>(
  given: readonly string[],
  names: readonly N[],
): Partial<Record<N, string>> & { rest: string[] } {
  const found: Partial<Record<N, string>> = {}
  const rest: string[] = []
  for (let index = 0; index < given.length; index++) {
    const word = given[index] ?? ''
    const name = names.find((each) => word === `--${each}`)
    if (name) found[name] = given[++index] ?? ''
    else if (word.startsWith('--')) throw new Problem('invalid', `There is no option ${word}`)
    else rest.push(word)
  }
  return { ...found, rest }
}

function helpText(): string {
  const settings = SETTINGS.map(
    ({ name, standard, purpose }) => `  ${name.padEnd(22)}${standard.padEnd(8)}${purpose}`,
  )
  return `karna load <file|folder|-> [--region sandbox]   loads Bundles, resources and NDJSON; without a region each goes
                                                to that of the care unit in meta.source, or to the sandbox
karna population --patients N [--seed S] [--until T]   prints N invented people as NDJSON
karna token <demo login|sandbox>                prints a bearer token (demo only)
karna app add <file.json>                       registers an app or service that may ask for records
karna app end <client id>                       ends it, with all its tokens
karna keys rotate                               makes a new signing key; no request fails
karna log verify [--export FILE] [--versions]   whether the access log is as it was written; names what isn't
karna log export                                prints the whole access log, to be verified elsewhere
karna log send REGION --url URL --to HSA-ID --system HSA-ID
                                                hands what is new to the national log service (StoreLog)
karna log seal [--witness URL]…                 seals the access log every few seconds (a service of its own)
${REGION_HELP}
${DIRECTORY_HELP}
${DESTROY_HELP}
karna help

${settings.join('\n')}
`
}
