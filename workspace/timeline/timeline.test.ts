import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Encounter, Organization } from 'fhir/r4'
import { stayOf } from '../patient/banner.ts'
import { timelineOf } from './timeline.ts'

const now = Date.parse('2026-11-24T12:00:00Z')

const aContact = (code: string, start: string, more: Partial<Encounter> = {}): Encounter => ({
  resourceType: 'Encounter',
  id: start,
  status: 'finished',
  class: { code },
  period: { start, end: start },
  serviceProvider: { reference: 'Organization/vc' },
  ...more,
})

const unit = (text: string): Organization => ({
  resourceType: 'Organization',
  id: 'vc',
  name: 'Enheten',
  type: [{ text }],
})

test('each contact stands in the lane of its care', () => {
  const lane = (code: string, kind: string) =>
    timelineOf([aContact(code, '2025-01-01')], [unit(kind)], now).contacts[0]?.lane
  assert.equal(lane('IMP', 'Vårdavdelning'), 'Slutenvård')
  assert.equal(lane('EMER', 'Akutmottagning'), 'Akut')
  assert.equal(lane('AMB', 'Vårdcentral'), 'Primärvård')
  assert.equal(lane('AMB', 'Mottagning'), 'Öppenvård')
  assert.equal(lane('HH', 'Kommunal hälso- och sjukvård'), 'Kommunal hsl')
})

test('what ended more than ten years ago is left out, and what was cancelled', () => {
  const { count } = timelineOf(
    [
      aContact('AMB', '2016-11-01'),
      aContact('AMB', '2016-12-01'),
      aContact('AMB', '2025-01-01', { status: 'cancelled' }),
    ],
    [],
    now,
  )
  assert.equal(count, 1)
})

test('a stay tells why and how long, and one that goes on reaches today', () => {
  const stay = aContact('IMP', '2026-11-20T12:00:00Z', {
    status: 'in-progress',
    period: { start: '2026-11-20T12:00:00Z' },
    reasonCode: [{ text: 'Pneumoni, försämrad hjärtsvikt' }],
  })
  const [shown] = timelineOf([stay], [], now).contacts
  assert.deepEqual([shown?.label, shown?.to, shown?.isOngoing], ['Pneumoni dag 5', 1, true])
  const over = { ...stay, status: 'finished', period: { start: '2026-11-01', end: '2026-11-10' } }
  const [before] = timelineOf([over as Encounter], [], now).contacts
  assert.equal(before?.label, 'Pneumoni 9 d')
})

test('the timeline and the banner count the days of a stay alike, whatever the hour', () => {
  for (const start of ['2026-11-20T23:50:00+01:00', '2026-11-20T00:10:00+01:00']) {
    const stay = aContact('IMP', start, { status: 'in-progress', period: { start } })
    const [shown] = timelineOf([stay], [], now).contacts
    assert.equal(shown?.label, `Vårdtillfälle dag ${stayOf([stay], new Date(now))?.day}`)
  }
})

test('labels never cover each other', () => {
  const stays = ['2026-01-01', '2026-01-20', '2026-02-10'].map((start) =>
    aContact('IMP', start, { reasonCode: [{ text: 'Försämrad hjärtsvikt' }] }),
  )
  const spans = timelineOf(stays, [], now)
    .contacts.filter(({ labelAt }) => labelAt)
    .map(({ from, to, label = '', labelAt }) => {
      const length = label.length * 0.0065
      return labelAt === 'after' ? [to, to + length] : [from - length, from]
    })
    .sort(([a = 0], [b = 0]) => a - b)
  for (const [index, [, end = 0]] of spans.entries()) {
    assert.ok(end <= (spans[index + 1]?.[0] ?? 1))
  }
})
