import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latelyWords, newsWords, type ReviewAlert, withNews } from './alerts.ts'

const alert = (id: string, more: Partial<ReviewAlert> = {}): ReviewAlert => ({
  ...{ id, at: '2026-11-25T09:00:00Z', kind: 'emergency', person: 'SE1', name: 'A' },
  ...{ unit: 'SE2', patient: null, reason: null, lately: 1, seenAt: null, seenBy: null },
  ...more,
})

test('what is new stands first, and what has been seen replaces what it was', () => {
  const list = withNews([alert('9'), alert('8')], [alert('10'), alert('8', { seenBy: 'Per' })])
  assert.deepEqual(
    list.map(({ id, seenBy }) => [id, seenBy]),
    [
      ['10', null],
      ['9', null],
      ['8', 'Per'],
    ],
  )
})

test('the first of its kind in a day is nothing to point out', () => {
  const words = [1, 2, 3, 11, 12, 21, 50].map((lately) => latelyWords({ lately }))
  assert.deepEqual(words, [
    '',
    'den 2:a på ett dygn',
    'den 3:e på ett dygn',
    'den 11:e på ett dygn',
    'den 12:e på ett dygn',
    'den 21:a på ett dygn',
    'den 50:e på ett dygn',
  ])
})

test('news are said once, by what they are or how many', () => {
  assert.equal(newsWords([]), '')
  assert.equal(newsWords([alert('1')]), 'Nytt larm: Nödöppning hos andra vårdgivare')
  assert.equal(newsWords([alert('2'), alert('1')]), '2 nya larm')
})
