import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeMessage } from './charset.ts'
import { parseMessage, segmentsOf } from './er7.ts'

const HEADER = 'MSH|^~\\&|LAB|SU|KARNA|VGR|20261124083000||ORU^R01|1|P|2.5'

test('fields, repetitions, components and subcomponents are numbered as the standard does', () => {
  const message = parseMessage(`${HEADER}\rPID|1||123^^^A&1.2.3&ISO^PI~456||Åsa^Ängla\r`)
  const [msh] = message.segments
  assert.equal(msh?.field(1).whole(), '|')
  assert.equal(msh?.field(2).whole(), '^~\\&')
  assert.equal(msh?.field(9).text(2), 'R01')
  const pid = segmentsOf(message, 'PID')[0]
  assert.deepEqual(
    pid?.repetitions(3).map((field) => field.text(1)),
    ['123', '456'],
  )
  assert.equal(pid?.field(3).text(4, 2), '1.2.3')
  assert.equal(pid?.field(5).text(2), 'Ängla')
  assert.equal(pid?.field(30).text(), undefined)
})

test('other separators than the usual are the message’s own to choose', () => {
  const message = parseMessage('MSH#*!@%#A#B#C#D#2026##ADT*A01#1#P#2.5\nPID#1##7*x!8\n')
  assert.deepEqual(
    segmentsOf(message, 'PID')[0]
      ?.repetitions(3)
      .map((field) => field.whole()),
    ['7*x', '8'],
  )
})

test('escapes give what they stand for, and what is not known stays as it stood', () => {
  const text = (value: string) =>
    parseMessage(`${HEADER}\rOBX|1|TX|a||${value}`).segments[1]?.field(5).whole()
  assert.equal(text('a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f'), 'a|b^c&d~e\\f')
  assert.equal(text('rad 1\\.br\\rad 2'), 'rad 1\nrad 2')
  assert.equal(text('\\H\\viktigt\\N\\'), 'viktigt')
  assert.equal(text('\\XC5\\sa'), 'Åsa')
  assert.equal(text('100 \\q\\ och \\ ensam'), '100 \\q\\ och \\ ensam')
})

test('an empty field and one that says empty are not the same', () => {
  const pid = parseMessage(`${HEADER}\rPID|1||7||""|`).segments[1]
  assert.equal(pid?.field(5).isNull, true)
  assert.equal(pid?.field(5).whole(), undefined)
  assert.equal(pid?.field(6).isNull, false)
})

test('what is not a message is refused', () => {
  for (const text of ['', 'PID|1', 'MSH', 'MSH1234', `${HEADER}\rp|x`, `${HEADER}\rPIDX|1`]) {
    assert.throws(() => parseMessage(text), { name: 'Problem', code: 'structure' }, text)
  }
})

test('å, ä, ö and µ come through in every encoding that occurs', () => {
  const message = (charset: string) => `${HEADER}||||||${charset}\rOBX|1|ST|a||Ärtsoppa på µg, ÖÅ`
  const latin = (charset: string) => Buffer.from(message(charset), 'latin1')
  for (const bytes of [
    Buffer.from(message('UNICODE UTF-8')),
    Buffer.from(message('')),
    Buffer.from(message('8859/1')),
    Buffer.from(message('CP1252')),
    latin('8859/1'),
    latin('8859/15'),
    latin(''),
    latin('ASCII'),
    latin('UNICODE UTF-8'),
  ]) {
    const [, obx] = parseMessage(decodeMessage(bytes)).segments
    assert.equal(obx?.field(5).whole(), 'Ärtsoppa på µg, ÖÅ')
  }
  const euro = Buffer.concat([Buffer.from(`${HEADER}||||||8859/15\rOBX|1|ST|a||`), Buffer.of(0xa4)])
  assert.match(decodeMessage(euro), /€$/)
  const dash = Buffer.concat([
    Buffer.from(`${HEADER}||||||8859/1\rOBX|1|ST|a||5`),
    Buffer.of(0x96),
    Buffer.from('7'),
  ])
  assert.match(decodeMessage(dash), /5–7$/)
})

test('a letter that no encoding has is refused, not replaced', () => {
  const broken = Buffer.concat([
    Buffer.from(`${HEADER}\rOBX|1|ST|a||`),
    Buffer.of(0xc3, 0x81, 0x81),
  ])
  assert.throws(() => decodeMessage(broken), { code: 'structure' })
  assert.throws(() => decodeMessage(Buffer.from(`${HEADER}||||||KLINGON\r`)), { code: 'structure' })
})
