import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  aDecision,
  asKind,
  guardian,
  nurse,
  owner,
  patient,
  stranger,
} from '../../../tests/law-builders.ts'
import { parseSmartScope } from '../../fhir/smart-scope.ts'
import type { Purpose, Role } from '../access.ts'
import { careRelation } from './care-relation.ts'
import { commission } from './commission.ts'
import { ownRecord } from './own-record.ts'
import { isBelow, proxy } from './proxy.ts'
import { purpose } from './purpose.ts'
import { objection, type Request } from './rules.ts'
import { scope } from './scope.ts'

const reading: Request = { action: 'read', types: ['Observation'] }
const ordering: Request = { action: 'create', types: ['MedicationRequest'] }

describe('care relation (PDL 4:1)', () => {
  const stated = aDecision('relation', { person: nurse.user, unit: nurse.unit })
  const cases = [
    ['a unit with a relation', nurse, patient, true],
    ['a unit without one', nurse, stranger, false],
    ['a reason stated with the request', { ...nurse, statedReason: 'Called' }, stranger, true],
    ['a relation stated before', nurse, { ...stranger, decisions: [stated] }, true],
    [
      'one that another user stated',
      { ...nurse, user: 'SE1-x' },
      { ...stranger, decisions: [stated] },
      false,
    ],
    [
      'one stated in another commission',
      { ...nurse, unit: 'SE1-x' },
      { ...stranger, decisions: [stated] },
      false,
    ],
    ['a system at a unit with a relation', asKind('system'), patient, true],
    [
      'a system elsewhere, whatever it states',
      { ...asKind('system'), statedReason: 'x' },
      stranger,
      false,
    ],
    ['the sandbox', asKind('sandbox'), stranger, true],
    ['an import', asKind('migration'), stranger, true],
    ['the patient, who needs none', owner, stranger, true],
  ] as const
  for (const [name, access, facts, opens] of cases) {
    test(`${name} ${opens ? 'opens' : 'does not open'} the record`, () => {
      assert.equal(careRelation(access, facts, reading)?.paragraph, opens ? undefined : 'PDL 4:1')
    })
  }
})

describe('purpose (PDL 2:4, 4:2)', () => {
  const opens: Record<Purpose, boolean> = {
    care: true,
    'care-administration': true,
    'required-documentation': true,
    quality: false,
    administration: false,
    statistics: false,
    'feasibility-count': false,
  }
  for (const [each, isOpen] of Object.entries(opens) as [Purpose, boolean][]) {
    for (const access of [
      { ...nurse, purpose: each },
      { ...asKind('system'), purpose: each },
    ]) {
      test(`${each} ${isOpen ? 'opens' : 'does not open'} one patient's record to ${access.kind}`, () => {
        assert.equal(purpose(access, patient, reading)?.paragraph, isOpen ? undefined : 'PDL 4:2')
      })
    }
    test(`${each} is not asked of a patient, a sandbox or an import`, () => {
      for (const access of [owner, asKind('sandbox'), asKind('migration')]) {
        assert.equal(purpose({ ...access, purpose: each }, patient, reading), undefined)
      }
    })
  }
})

describe('commission (PDL 4:2)', () => {
  const needs: Record<Role, readonly [reads: boolean, orders: boolean]> = {
    doctor: [true, true],
    nurse: [true, true],
    'assistant-nurse': [true, false],
    secretary: [true, false],
    administrator: [false, false],
    auditor: [false, false],
  }
  for (const [role, [reads, orders]] of Object.entries(needs) as [Role, [boolean, boolean]][]) {
    test(`a ${role} ${reads ? 'opens' : 'does not open'} records, and ${orders ? 'orders' : 'does not order'} drugs`, () => {
      const access = { ...nurse, role }
      assert.equal(commission(access, patient, reading) === undefined, reads)
      assert.equal(commission(access, patient, ordering) === undefined, orders)
      assert.equal(
        commission(access, patient, { action: 'read', types: ['MedicationRequest'] }) === undefined,
        reads,
      )
    })
  }

  test('who books and bills needs bookings, and no notes or results', () => {
    const clerk = { ...nurse, purpose: 'care-administration' } as const
    assert.equal(
      commission(clerk, patient, { action: 'search', types: ['Appointment'] }),
      undefined,
    )
    assert.equal(commission(clerk, patient, reading)?.paragraph, 'PDL 4:2')
  })

  test('a commission is not asked of who has none', () => {
    assert.equal(commission(owner, patient, reading), undefined)
    assert.equal(commission(asKind('system'), patient, ordering), undefined)
  })
})

describe('own record (PDL 5:5)', () => {
  test('is open to its owner to read, and no other', () => {
    assert.equal(ownRecord(owner, patient, reading), undefined)
    const other = { ...owner, ownPatient: '2' }
    assert.equal(ownRecord(other, patient, reading)?.paragraph, 'PDL 5:5')
  })

  test('is not written in by its owner', () => {
    for (const action of ['create', 'update', 'delete'] as const) {
      assert.equal(ownRecord(owner, patient, { ...reading, action })?.paragraph, 'PDL 5:5')
    }
  })

  test('is no rule for staff', () => {
    assert.equal(ownRecord(nurse, stranger, reading), undefined)
  })
})

describe('proxy (PDL 5:5, OSL 12:3)', () => {
  const known = aDecision('guardian', { person: guardian.user })
  const child = { ...patient, birthDate: '2014-03-01', decisions: [known] }
  const mandate = { ...guardian, basis: 'mandate' } as const
  const agreed = { ...patient, decisions: [aDecision('mandate', { person: guardian.user })] }

  test('a known guardian reads the record of a child below thirteen', () => {
    assert.equal(proxy(guardian, child, reading), undefined)
  })

  for (const [birthDate, paragraph] of [
    ['2013-11-25', undefined],
    ['2013-11-24', 'OSL 12:3'],
    ['2010-01-01', 'OSL 12:3'],
    ['2014', 'OSL 12:3'],
    [undefined, 'OSL 12:3'],
  ] as const) {
    test(`a child born ${birthDate ?? 'nobody knows when'} is ${paragraph ? 'not ' : ''}read by a guardian`, () => {
      assert.equal(proxy(guardian, { ...child, birthDate }, reading)?.paragraph, paragraph)
    })
  }

  test('who holds a mandate reads, whatever the age', () => {
    assert.equal(proxy(mandate, agreed, reading), undefined)
  })

  test('nobody reads where no such right is known, or it is somebody else’s', () => {
    assert.equal(proxy(guardian, patient, reading)?.paragraph, 'PDL 5:5')
    assert.equal(proxy(mandate, child, reading)?.paragraph, 'PDL 5:5')
    assert.equal(proxy({ ...guardian, user: 'x' }, child, reading)?.paragraph, 'PDL 5:5')
    assert.equal(proxy({ ...guardian, ownPatient: '2' }, child, reading)?.paragraph, 'PDL 5:5')
  })

  test('nobody writes in another’s place', () => {
    assert.equal(proxy(mandate, agreed, { ...reading, action: 'create' })?.paragraph, 'PDL 5:5')
  })

  test('an age is reached on the birthday', () => {
    assert.equal(isBelow(18, { ...patient, birthDate: '2008-11-25' }), true)
    assert.equal(isBelow(18, { ...patient, birthDate: '2008-11-24' }), false)
  })
})

describe('scope (SMART)', () => {
  const app = (launched: string | undefined, ...texts: string[]) => ({
    client: 'app',
    patient: launched,
    scopes: texts.flatMap((text) => parseSmartScope(text) ?? []),
  })
  const cases = [
    ['no app', undefined, true],
    ['user/Observation.r', app(undefined, 'user/Observation.r'), true],
    ['user/*.cruds', app(undefined, 'user/*.cruds'), true],
    ['patient/Observation.r, launched for the patient', app('1', 'patient/Observation.r'), true],
    ['patient/Observation.r, launched for another', app('2', 'patient/Observation.r'), false],
    ['patient/Observation.r, launched for nobody', app(undefined, 'patient/Observation.r'), false],
    ['user/Observation.s', app(undefined, 'user/Observation.s'), false],
    ['user/Condition.r', app(undefined, 'user/Condition.r'), false],
    ['no scope', app('1'), false],
  ] as const
  for (const [name, by, allows] of cases) {
    test(`${name} ${allows ? 'reads' : 'does not read'} an Observation`, () => {
      const access = by ? { ...nurse, app: by } : nurse
      assert.equal(scope(access, patient, reading) === undefined, allows)
    })
  }

  test('every type asked for must be in scope', () => {
    const access = { ...nurse, app: app(undefined, 'user/Observation.r') }
    const both: Request = { action: 'read', types: ['Observation', 'Condition'] }
    assert.equal(scope(access, patient, both)?.paragraph, 'SMART')
  })
})

test('the first objection decides, in the order of the rules', () => {
  const auditor = { ...nurse, role: 'auditor', purpose: 'administration' } as const
  assert.match(objection(auditor, stranger, reading)?.reason ?? '', /not for care/)
  assert.equal(objection(nurse, patient, reading), undefined)
})
