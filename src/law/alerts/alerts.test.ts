import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { freshDatabaseUrl } from '../../../tests/database.ts'
import { atEndOfFile } from '../../../tests/endings.ts'
import { nurse } from '../../../tests/law-builders.ts'
import { createDatabase } from '../../db/database.ts'
import { createAlertDesk } from './alert-desk.ts'
import { createAlerts } from './alerts.ts'

test('who asks for what came after one alert misses none that was written at the same time (PDL 4:3)', async () => {
  const db = createDatabase(await freshDatabaseUrl(), 3)
  atEndOfFile(() => db.end())
  const log = { contextOf: async () => ({ number: 1, digest: '' }), append: async () => {} }
  const desk = createAlertDesk({ db, region: 'vgr', log })
  const reviewer = { ...nurse, role: 'auditor', purpose: 'administration' } as const
  const alertOf = (patient: string) =>
    ({ kind: 'emergency', access: nurse, patient, reason: undefined }) as const
  const seen: (string | null)[] = []
  let last: string | undefined
  const poll = async () => {
    const news = await desk.alerts(reviewer, last)
    seen.push(...news.map(({ patient }) => patient))
    last = news[0]?.id ?? last
  }
  const alerts = createAlerts(db, Date.now, () => {})
  await alerts.raise(alertOf('first'))
  await poll()
  let late: Promise<void> | undefined
  await db.transaction(async (transaction) => {
    await createAlerts(transaction, Date.now, () => {}).raise(alertOf('slow'))
    late = alerts.raise(alertOf('quick'))
    await pause(100)
    await poll()
  })
  await late
  await poll()
  assert.deepEqual(seen.sort(), ['first', 'quick', 'slow'])
})
