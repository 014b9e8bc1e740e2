import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gaps, lawDocument } from './law-document.ts'

test('every paragraph of the list has a rule that is there, that the product calls unless it says why not, and a test that cites it', () => {
  assert.deepEqual(gaps(), [])
})

test('docs/law.md is what the rules and tests say: npm run law makes it', () => {
  assert.equal(readFileSync('docs/law.md', 'utf8'), lawDocument())
})
