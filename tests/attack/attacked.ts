import assert from 'node:assert/strict'
import { parseSmartScope } from '../../src/fhir/smart-scope.ts'
import type { AppAccess, StaffAccess } from '../../src/law/access.ts'
import type { Gate } from '../../src/law/gate.ts'
import type { Answer, KarnaUnderTest } from '../e2e/karna-under-test.ts'
import { ask, said } from '../two-worlds/compare.ts'
import type { Asked } from '../two-worlds/requests.ts'
import { TAINT, type Worlds } from '../two-worlds/worlds.ts'

const VGR = 'SE2321000131-E0000000000'
/** The ward where the doctor who asks works, and other units: of the same care provider but for the private one. */
export const UNITS = {
  ward: `${VGR}30`,
  centre: `${VGR}40`,
  psychiatry: `${VGR}53`,
  private: `${VGR}42`,
} as const
/** The region's own care provider, and the private one. */
export const PROVIDERS = { region: `${VGR}01`, private: `${VGR}02` } as const

/** A request as it's written in a test. */
export const get = (path: string, headers?: Record<string, string>): Asked => ({
  method: 'GET',
  path,
  ...(headers && { headers }),
})

/** A Bundle's worth of requests. */
export const bundle = (type: 'batch' | 'transaction', entry: readonly object[]): Asked => ({
  method: 'POST',
  path: '',
  body: { resourceType: 'Bundle', type, entry },
})

/** An observation of a patient as a client would send it. */
export const observed = (patient: string, more: object = {}) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject: { reference: `Patient/${patient}` },
  ...more,
})

/**
 * Asks both worlds the same, as the ward's doctor: they must answer alike to the byte, and never with what is hidden.
 *
 * @returns what the world answered in which the hidden things are
 */
export async function alike({ one, other }: Worlds, asked: Asked): Promise<Answer> {
  const [there, absent] = [await ask(one, asked), await ask(other, asked)]
  const name = `${asked.method} ${asked.path}`
  assert.equal(
    there.text.replaceAll(JSON.stringify(asked).match(TAINT)?.[0] ?? '\0', '').includes(TAINT),
    false,
    name,
  )
  assert.equal(said(there), said(absent), name)
  return there
}

/** Asks the world in which the hidden things are about one that is there and one that isn't: the answers must not differ. */
export async function asIfAbsent(
  world: KarnaUnderTest,
  hidden: Asked,
  absent: Asked,
): Promise<Answer> {
  const [there, not] = [await ask(world, hidden), await ask(world, absent)]
  const name = `${hidden.method} ${hidden.path}`
  assert.equal(there.status >= 400, true, `${name}: ${there.status}`)
  assert.equal(said(there), said(not), name)
  return there
}

/** The gate itself, for those whom the demo gives no token. */
export function gateOf({ karna }: KarnaUnderTest): Gate {
  return karna.live.gateOf('vgr') ?? assert.fail('there is no such region')
}

/** The ward's doctor, as the gate knows them. */
export const doctor: StaffAccess = {
  kind: 'staff',
  role: 'doctor',
  region: 'vgr',
  user: 'SE2321000131-P000000000001',
  userName: 'Prov Läkare',
  commission: 'SE2321000131-U000000000011',
  unit: UNITS.ward,
  provider: PROVIDERS.region,
  purpose: 'care',
  statedReason: undefined,
  session: 'attack',
}

/** An app's rights over one patient. */
export const appWith = (patient: string, ...scopes: string[]): AppAccess => ({
  client: 'attack-app',
  patient,
  scopes: scopes.flatMap((scope) => parseSmartScope(scope) ?? []),
})

const LABEL = 'https://karna.se/fhir/CodeSystem/label'

/** Whom a Consent is about, in a role. */
export const actor = (hsaId: string, role: string) => ({
  role: { coding: [{ system: LABEL, code: role }] },
  reference: { identifier: { system: 'urn:oid:1.2.752.29.4.19', value: hsaId } },
})

/** A Consent of a category of ours, of the ward's patient unless another is said. */
export const consent = (category: string, provision: object, said: object = {}) => ({
  resourceType: 'Consent',
  status: 'active',
  scope: { text: category },
  category: [{ coding: [{ system: LABEL, code: category }] }],
  policyRule: { text: 'PDL' },
  patient: { reference: 'Patient/p1' },
  provision,
  ...said,
})

/** What an operation is given. */
export const operation = (given: Readonly<Record<string, string | readonly string[]>>) => ({
  resourceType: 'Parameters',
  parameter: Object.entries(given).flatMap(([name, values]) =>
    [values].flat().map((valueString) => ({ name, valueString })),
  ),
})
