import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseJson } from '../json/parse.ts'
import { reportResource } from './report.ts'
import { issuesOf } from './validate.ts'

const FOLDER = '../shared/suites/data/r4-spec/examples'

const files = existsSync(FOLDER) ? readdirSync(FOLDER) : []
if (files.length === 0) process.stdout.write(`skipped: HL7's examples are not in ${FOLDER}\n`)

const read = (file: string) => parseJson(readFileSync(`${FOLDER}/${file}`)).value

test("HL7's own examples are valid, all of them", () => {
  for (const file of files) assert.deepEqual(issuesOf(read(file)), [], file)
})

test('what refuses and what tells why are of the same opinion, whatever is spoilt', () => {
  for (const [index, file] of files.entries()) {
    for (const seed of [index * 7, index * 7 + 3]) {
      const resource = spoil(structuredClone(read(file)), seed)
      const issues = issuesOf(resource) // throws if it is refused and no reason is known
      if (issues.length === 0) assert.throws(() => reportResource(resource), /no reason/, file)
    }
  }
})

const SPOILS: readonly ((owner: Record<string, unknown>, name: string) => void)[] = [
  (owner, name) => delete owner[name],
  (owner, name) => Object.assign(owner, { [name]: null }),
  (owner, name) => Object.assign(owner, { [name]: [] }),
  (owner, name) => Object.assign(owner, { [name]: {} }),
  (owner, name) => Object.assign(owner, { [name]: 'x y ' }),
  (owner, name) => Object.assign(owner, { [name]: [owner[name]] }),
  (owner, name) => Object.assign(owner, { [`_${name}`]: { id: 'a' } }),
  (owner, name) => Object.assign(owner, { [`_${name}`]: [null] }),
  (owner, name) => Object.assign(owner, { [`${name}x`]: 1 }),
]

/** Does one harm at one place, both chosen by the seed. */
function spoil(resource: unknown, seed: number): unknown {
  const owners: Record<string, unknown>[] = []
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if (!Array.isArray(value)) owners.push(value as Record<string, unknown>)
    for (const inner of Object.values(value)) collect(inner)
  }
  collect(resource)
  const owner = owners[(seed * 31) % owners.length] ?? {}
  const names = Object.keys(owner)
  SPOILS[seed % SPOILS.length]?.(owner, names[(seed * 17) % names.length] ?? 'x')
  return resource
}
