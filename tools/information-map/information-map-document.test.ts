import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { informationMapDocument } from './information-map-document.ts'

test('docs/information-map.md is what the connectors say of themselves: npm run information-map makes it', () => {
  assert.equal(readFileSync('docs/information-map.md', 'utf8'), informationMapDocument())
})
