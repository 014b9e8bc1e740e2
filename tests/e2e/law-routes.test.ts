import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { noteRoutes, undeclaredRoutes } from '../../src/api/route-policies.ts'
import { startKarna } from './karna-under-test.ts'

test('every route says who decides and what is logged (PDL 4:3)', async () => {
  const { karna } = await startKarna('node_modules/.cache/workspace')
  assert.deepEqual(undeclaredRoutes(karna.api), [])
})

test('a new route that says neither is caught', () => {
  const app = Fastify()
  noteRoutes(app)
  app.get('/fhir/:region/metadata', async () => '')
  app.get('/fhir/:region/$secret', async () => '')
  assert.deepEqual(undeclaredRoutes(app), ['/fhir/:region/$secret'])
})
