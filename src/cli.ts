import { readConfig, SETTINGS } from './config.ts'
import { loadFiles } from './exchange/load/load-files.ts'
import { progressLine, reportText } from './exchange/load/report-text.ts'
import { Problem } from './fhir/problem.ts'
import { demoDirectory } from './identity/demo-directory.ts'
import { type Karna, openKarna } from './karna.ts'
import { createEvents } from './log.ts'

const [, , command, ...words] = process.argv

try {
  process.exitCode = await run()
} catch (thrown) {
  if (!(thrown instanceof Problem)) throw thrown
  process.stderr.write(`${thrown.message}\n`)
  process.exitCode = 1
}

async function run(): Promise<number> {
  switch (command) {
    case 'load':
      return withKarna(load)
    case 'token':
      return withKarna(printToken)
    default:
      process.stdout.write(helpText())
      return command === 'help' ? 0 : 1
  }
}

async function withKarna(work: (karna: Karna) => Promise<number>): Promise<number> {
  const karna = await openKarna({
    config: readConfig(),
    directory: demoDirectory,
    events: createEvents(),
    stopPostgres: false,
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

async function load(karna: Karna): Promise<number> {
  const at = words.indexOf('--region')
  const region = at < 0 ? 'sandbox' : (words[at + 1] ?? '')
  const path = words.filter((_, index) => at < 0 || (index !== at && index !== at + 1))[0]
  if (!path)
    throw new Problem('invalid', 'Say what to load: karna load <file|folder|-> [--region sandbox]')
  const began = Date.now()
  let shown = 0
  const seconds = () => (Date.now() - began) / 1000
  const report = await loadFiles(path, karna.loadTarget(region), (progress) => {
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

function helpText(): string {
  const settings = SETTINGS.map(
    ({ name, standard, purpose }) => `  ${name.padEnd(22)}${standard.padEnd(8)}${purpose}`,
  )
  return `karna load <file|folder|-> [--region sandbox]   loads Bundles, resources and NDJSON
karna token <demo login|sandbox>                prints a bearer token (demo only)
karna help

${settings.join('\n')}
`
}
