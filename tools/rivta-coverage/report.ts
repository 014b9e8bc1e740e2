/**
 * Writes information-map/rivta-coverage.json: what becomes of every element of the service contracts' answers. With
 * `--all` it prints each element with its fate too. Needs the published schemas beside the project.
 */
import { writeFileSync } from 'node:fs'
import { schemasMissing } from '../../simulators/rivta/schema/schema-files.ts'
import { CONTRACTS } from '../../src/systems/rivta/contracts/contracts.ts'
import { coverageOf, fatesOfAll } from './coverage.ts'

if (schemasMissing) {
  console.error(schemasMissing)
  process.exit(1)
}
const report = Object.fromEntries(
  CONTRACTS.map((each) => [`${each.question} ${each.version}`, coverageOf(each)]),
)
writeFileSync('information-map/rivta-coverage.json', `${JSON.stringify(report, undefined, 2)}\n`)
for (const contract of CONTRACTS) {
  const { mapped, kept, ignored } = coverageOf(contract)
  const left = Object.values(ignored).reduce((sum, each) => sum + each, 0)
  console.info(
    `${contract.question} ${contract.version}: ${mapped} mapped, ${kept.length} kept, ${left} ignored`,
  )
  if (!process.argv.includes('--all')) continue
  for (const [path, fate] of fatesOfAll(contract)) console.info(`  ${fate}  ${path}`)
}
