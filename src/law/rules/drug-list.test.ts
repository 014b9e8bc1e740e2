import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type DrugListQuestion, type DrugListReader, drugList } from './drug-list.ts'

const READERS: readonly DrugListReader[] = ['prescriber', 'nurse', 'dietitian', 'pharmacist']
const BOTH = [true, false]

/** Every question there is: 4 × 2⁵. */
const questions: DrugListQuestion[] = READERS.flatMap((reader) =>
  BOTH.flatMap((consent) =>
    BOTH.flatMap((doseDispensed) =>
      BOTH.flatMap((emergency) =>
        BOTH.flatMap((blocked) =>
          BOTH.map((specialDrug) => ({
            reader,
            consent,
            doseDispensed,
            emergency,
            blocked,
            specialDrug,
          })),
        ),
      ),
    ),
  ),
)

/** The questions that a claim is about, and what they are answered. */
const every = (claim: (question: DrugListQuestion) => boolean) =>
  new Set(questions.filter(claim).map(drugList))

describe('drug list (NLL 5:3–5)', () => {
  test('an emergency opens all to prescribers and nurses, also what is blocked (NLL 5:5)', () => {
    const claim = every(
      ({ emergency, reader }) => emergency && (reader === 'prescriber' || reader === 'nurse'),
    )
    assert.deepEqual([...claim], ['content'])
  })

  test('an emergency gives dietitians and pharmacists nothing more than else', () => {
    for (const question of questions.filter(({ reader }) => /dietitian|pharmacist/.test(reader))) {
      assert.equal(
        drugList({ ...question, emergency: true }),
        drugList({ ...question, emergency: false }),
      )
    }
  })

  test('dose dispensing needs no consent and is not blocked (NLL 5:3 third paragraph, 4:3)', () => {
    assert.deepEqual([...every(({ doseDispensed }) => doseDispensed)], ['content'])
  })

  test('consent opens what is not blocked (NLL 5:3 first paragraph)', () => {
    assert.deepEqual([...every(({ consent, blocked }) => consent && !blocked)], ['content'])
  })

  test('with consent a block leaves only that it exists (NLL 5:3 second paragraph)', () => {
    const left = every(
      ({ consent, blocked, doseDispensed, emergency, specialDrug }) =>
        consent && blocked && !doseDispensed && !emergency && !specialDrug,
    )
    assert.deepEqual([...left], ['existence'])
  })

  test('that a special drug was prescribed is told to prescribers, blocked or not (NLL 5:4)', () => {
    const told = every(
      ({ reader, specialDrug, doseDispensed, emergency, consent, blocked }) =>
        reader === 'prescriber' &&
        specialDrug &&
        !doseDispensed &&
        !emergency &&
        (!consent || blocked),
    )
    assert.deepEqual([...told], ['that-it-was-prescribed'])
  })

  test('without consent, dose dispensing, emergency or special drug nobody sees anything', () => {
    const left = every(
      ({ consent, doseDispensed, emergency, specialDrug, reader }) =>
        !consent && !doseDispensed && !emergency && (!specialDrug || reader !== 'prescriber'),
    )
    assert.ok(left.has('nothing'))
    assert.equal(left.has('existence'), false)
  })
})
