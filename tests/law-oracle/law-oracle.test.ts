import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PatientFacts } from '../../src/law/facts.ts'
import { compare } from './compare.ts'

const CELLS = 250_000

describe('the law and a second reading of the statutes', () => {
  test(`agree in ${CELLS} cells: no leak, no wrongful denial`, async () => {
    const { shown, leaks, wrongfulDenials, first } = await compare(2008355, CELLS)
    assert.deepEqual(
      { leaks, wrongfulDenials },
      { leaks: 0, wrongfulDenials: 0 },
      JSON.stringify(first),
    )
    assert.ok(shown > CELLS / 10 && shown < CELLS * 0.9, `some are shown and some not: ${shown}`)
  })

  const without = (kind: string) => (facts: PatientFacts) => ({
    ...facts,
    decisions: facts.decisions.filter((each) => each.kind !== kind),
  })
  const mutants = [
    ['forgets blocks', without('block'), 'leaks'],
    ['forgets outer blocks', without('outer-block'), 'leaks'],
    ['forgets active choices', without('choice'), 'wrongfulDenials'],
    ['forgets liftings', without('lift'), 'wrongfulDenials'],
    ['forgets consents', without('consent'), 'wrongfulDenials'],
    [
      'takes the first step of a lifting for the second',
      (facts: PatientFacts) => ({
        ...facts,
        decisions: facts.decisions.map((each) => ({ ...each, step: 2 })),
      }),
      'leaks',
    ],
    [
      'takes everybody for a child',
      (facts: PatientFacts) => ({ ...facts, birthDate: '2020-01-01' }),
      'leaks',
    ],
    [
      'sees a relation everywhere',
      (facts: PatientFacts) => ({ ...facts, careRelations: ['SE1-a', 'SE1-b', 'SE1-c', 'SE2-a'] }),
      'leaks',
    ],
  ] as const
  for (const [name, broken, found] of mutants) {
    test(`a law that ${name} is caught`, async () => {
      const comparison = await compare(7, 6_000, broken)
      assert.ok(comparison[found] > 0)
    })
  }
})
