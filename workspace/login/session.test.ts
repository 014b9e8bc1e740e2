import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Commission, commissionWords } from './session.ts'

const aCommission = (name: string, unitName: string, site: string): Commission => ({
  ...{ hsaId: 'SE-1', unit: 'SE-2', purpose: 'care', region: 'vgr' },
  ...{ name, unitName, site, regionName: 'Västra Götalandsregionen' },
})

const told = (...of: Parameters<typeof aCommission>) => {
  const { title, rest } = commissionWords(aCommission(...of))
  return `${title} | ${rest}`
}

test('two commissions at a unit are told apart, and nothing is said twice', () => {
  const [hospital, region] = ['Älvstrandens sjukhus', 'Västra Götalandsregionen']
  const ward = ['Avd 30E', hospital] as const
  assert.equal(told('Vård och behandling, Avd 30E', ...ward), `Avd 30E | ${hospital} · ${region}`)
  assert.equal(told('Avd 30E', ...ward), `Avd 30E | ${hospital} · ${region}`)
  assert.equal(
    told('Vård och behandling, Avd 30E, strokeprocessen', ...ward),
    `Avd 30E | strokeprocessen · ${hospital} · ${region}`,
  )
  assert.equal(
    told('Loggranskning', 'Journalservice', hospital),
    `Journalservice | Loggranskning · ${hospital} · ${region}`,
  )
  assert.equal(told('Närhälsan', 'Närhälsan', 'Närhälsan'), `Närhälsan | ${region}`)
})
