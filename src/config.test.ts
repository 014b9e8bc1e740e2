import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from './config.ts'

test('nothing set gives the demo on port 8080', () => {
  assert.deepEqual(readConfig({}), {
    port: 8080,
    dataFolder: '.data',
    databaseUrl: undefined,
    demo: true,
    demoPatients: 300,
    hl7v2: [],
    lookUps: { hour: 300, day: 1_000 },
  })
})

test('an unknown KARNA_ name stops the start and is named', () => {
  assert.throws(() => readConfig({ KARNA_DEMOO: 'off' }), /KARNA_DEMOO is not a setting/)
})

for (const [name, wrong] of [
  ['KARNA_PORT', '80 80'],
  ['KARNA_PORT', '70000'],
  ['KARNA_DEMO', 'no'],
  ['KARNA_DATABASE_URL', 'localhost:5432'],
  ['KARNA_PUBLIC_URL', 'http://journal.example.se'],
  ['KARNA_PUBLIC_URL', 'https://journal.example.se/'],
  ['KARNA_STAFF_LOGIN', 'https://idp.example.se'],
  ['KARNA_PATIENT_LOGIN', 'karna http://idp.example.se'],
] as const) {
  test(`${name}=${wrong} is refused with what it should be`, () => {
    assert.throws(() => readConfig({ [name]: wrong }), new RegExp(`${name} (must be|is not)`))
  })
}

test('a wrong database address is not repeated, since it may hold a password', () => {
  assert.throws(
    () => readConfig({ KARNA_DATABASE_URL: 'mysql://karna:hemligt@host/db' }),
    (error: Error) => !error.message.includes('hemligt'),
  )
})

test('identity providers are named by client id and issuer', () => {
  const { publicUrl, staffLogin, patientLogin } = readConfig({
    KARNA_PUBLIC_URL: 'https://journal.example.se',
    KARNA_STAFF_LOGIN: 'karna https://idp.example.se/staff/',
  })
  assert.equal(publicUrl, 'https://journal.example.se')
  assert.deepEqual(staffLogin, { clientId: 'karna', issuer: 'https://idp.example.se/staff/' })
  assert.equal(patientLogin, undefined)
})
