import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../../fhir/problem.ts'
import type { Change } from '../../fhir/record-system.ts'
import { createFeed } from './feed.ts'

const LINES = [
  'MSH|^~\\&|PAS|SU|KARNA|VGR|20261124083000||ORU^R01|1|P|2.5||||||8859/1',
  'PID|1||19121212-1212^^^SKV^NNSWE~4711^^^SU^PI||Östlund^Åsa||19121212|F|||Gatan 5^^Göteborg^^413 45^SE^H',
  'PV1|1|I|Avd^4^2|||||||||||||||||V1^^^SU|||||||||||||||||||||||||20261124081500',
  'OBR|1|P1^K|F1^LAB|1^Elektrolyter^L|||20261124060000|||||||||||||||20261124070500||LAB|F',
  'OBX|1|NM|NPU03230^P-Kalium^NPU||4.0|mmol/L|3,5-4,6|N|||F|||20261124061000',
  'OBX|2|SN|NPU19748^P-CRP^NPU||<^5|mg/L|<5||||F',
  'NTE|1||Hemolys: nej',
]

function feedInto(written: Change[]) {
  return createFeed({
    target: {
      find: async () => [],
      recordsOf: async () => [],
      transact: async (changes) => {
        written.push(...changes)
        return []
      },
    },
    unit: 'SE2321000131-E000000000030',
    unitOf: () => undefined,
    now: () => 0,
  })
}

test('whatever happens to a message on its way, it is kept whole or refused, and the feed goes on', async () => {
  const written: Change[] = []
  const feed = feedInto(written)
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  const whole = Buffer.from(LINES.join('\r'), 'latin1')
  let kept = 0
  for (let round = 0; round < 3_000; round++) {
    const bytes = Buffer.from(whole)
    for (let change = 0; change <= random(4); change++) bytes[random(bytes.length)] = random(256)
    const cut = random(3) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes
    const answer = await feed.take(cut)
    assert.match(String(answer), /^MSH\|\^~\\&\|.*\rMSA\|A[AER]\|/)
    if (/MSA\|AA/.test(String(answer))) kept++
  }
  assert.ok(kept > 300 && kept < 3_000, `${kept} of 3,000 were kept`)
  assert.ok(written.length >= kept * 2, 'each with its person and itself')
})

test('an acknowledgement holds no letter that a sender could misread', async () => {
  const answer = await feedInto([]).take(
    Buffer.from(LINES.join('\r').replace('|PAS|', '|Påskala|'), 'latin1'),
  )
  assert.match(String(answer), /^[\x20-\x7e\r]+$/)
})

test('a merge that could not be kept is done whole when its message comes again', async () => {
  const survivors = new Map<string, string>()
  const attempts: (readonly Change[])[] = []
  const feed = createFeed({
    target: {
      find: async (condition) => {
        if (!condition.startsWith('Patient')) return []
        return [condition.includes('191212121212') ? 'Patient/survivor' : 'Patient/former']
      },
      recordsOf: async (patient) =>
        patient === 'former' ? [{ type: 'Consent', id: 'block' }] : [],
      transact: async (changes) => {
        attempts.push(changes)
        if (attempts.length === 1) throw new Problem('transient', 'The database went away')
        return []
      },
      beside: {
        isOurs: async () => true,
        survivorOf: async (patient) => survivors.get(patient) ?? patient,
        merge: async (former, survivor) => void survivors.set(former, survivor),
      },
    },
    unit: 'SE2321000131-E000000000030',
    unitOf: () => undefined,
    now: () => 0,
  })
  const [msh = '', pid = ''] = LINES
  const merge = [msh.replace('ORU^R01', 'ADT^A40'), pid, 'MRG|19131313-1313^^^SKV^NNSWE']
  const bytes = Buffer.from(merge.join('\r'), 'latin1')
  assert.equal(await feed.take(bytes), undefined)
  assert.match(String(await feed.take(bytes)), /MSA\|AA/)
  for (const changes of attempts) {
    const moved = changes.flatMap((each) => (each.kind === 'patch' ? [each.target] : []))
    assert.deepEqual(moved, ['survivor', 'block', 'former'])
  }
})
