import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { demoDirectory } from '../demo-directory.ts'
import { type Claims, recognisePatient, recogniseStaff } from './claims.ts'

/** As Inera's identity provider says it of Anna on the ward. */
const anna: Claims = {
  acr: 'http://id.sambi.se/loa/loa3',
  employeeHsaId: 'SE2321000131-P000000000001',
  given_name: 'Anna',
  family_name: 'Nyström',
  commissionHsaId: 'SE2321000131-U000000000011',
  commissionPurpose: 'Vård och behandling',
  healthCareUnitHsaId: 'SE2321000131-E000000000030',
  healthCareProviderHsaId: 'SE2321000131-E000000000001',
}
const recognise = (changes: Claims, directory = demoDirectory) =>
  recogniseStaff({ ...anna, ...changes }, directory)
const refusal = (changes: Claims) => {
  const found = recognise(changes)
  return 'refused' in found ? found.refused : undefined
}

describe('the claims of staff', () => {
  it('become a member of staff in one commission, in the region of its unit', () => {
    assert.deepEqual(recognise({}), {
      who: {
        kind: 'staff',
        subject: {
          region: 'vgr',
          user: 'SE2321000131-P000000000001',
          userName: 'Anna Nyström',
          commission: 'SE2321000131-U000000000011',
          unit: 'SE2321000131-E000000000030',
          provider: 'SE2321000131-E000000000001',
          purpose: 'care',
          role: 'doctor',
        },
      },
    })
  })

  it('that are weak or missing are refused in a sentence that says which', () => {
    assert.match(refusal({ acr: 'http://id.sambi.se/loa/loa2' }) ?? '', /tillitsnivå 3/)
    assert.match(refusal({ employeeHsaId: undefined }) ?? '', /HSA-id/)
    assert.match(refusal({ commissionHsaId: '' }) ?? '', /medarbetaruppdrag/)
    assert.match(refusal({ commissionPurpose: 'Forskning' }) ?? '', /ändamål/)
    assert.match(refusal({ family_name: undefined }) ?? '', /namn/)
    assert.match(refusal({ healthCareUnitHsaId: 'SE1-1' }) ?? '', /vårdenhet/)
    assert.match(
      refusal({ healthCareProviderHsaId: 'SE2321000255-E000000000001' }) ?? '',
      /vårdgivare/,
    )
    assert.match(refusal({ commissionHsaId: 'SE2321000131-U000000000021' }) ?? '', /katalogen/)
  })

  it('of somebody the directory does not know give the role of their licence, or the least', () => {
    const nobody = { ...demoDirectory, staff: [] }
    const role = (licences: unknown) => {
      const found = recognise({ healthcareProfessionalLicense: licences }, nobody)
      return 'who' in found && found.who.kind === 'staff' ? found.who.subject.role : undefined
    }
    assert.deepEqual(
      [role(['LK']), role(['SJ']), role([]), role('LK')],
      ['doctor', 'nurse', 'assistant-nurse', 'assistant-nurse'],
    )
  })

  it('of a protected person give no name', () => {
    const staff = demoDirectory.staff.map((each) => ({ ...each, protectedPerson: true }))
    const found = recognise({}, { ...demoDirectory, staff })
    assert.doesNotMatch(JSON.stringify(found), /Anna|Nyström/)
  })
})

describe('the claims of a patient', () => {
  const tolvan: Claims = {
    acr: 'http://id.elegnamnden.se/loa/1.0/loa3',
    personalIdentityNumber: '191212121212',
    name: 'Tolvan Tolvansson',
  }

  it('become a person by personal number', () => {
    assert.deepEqual(recognisePatient(tolvan), {
      who: {
        kind: 'patient',
        subject: { personalNumber: '191212121212', name: 'Tolvan Tolvansson' },
      },
    })
  })

  it('that are weak, or no personal number, are refused', () => {
    assert.ok(
      'refused' in recognisePatient({ ...tolvan, acr: 'http://id.elegnamnden.se/loa/1.0/loa2' }),
    )
    assert.ok('refused' in recognisePatient({ ...tolvan, personalIdentityNumber: '191212121213' }))
  })
})
