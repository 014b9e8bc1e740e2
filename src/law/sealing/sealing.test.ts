import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { checkpointText, parseCheckpoint } from './checkpoint.ts'
import { openKey, publicKeyIn } from './key-file.ts'
import { consistencyProof, isConsistent, leafHash, type Nodes, nodeHash, rootOf } from './merkle.ts'
import { isCosignedBy, parseNote, signatureLine, verifyingKey } from './signed-note.ts'
import { openTreeFiles } from './tree-files.ts'
import { createWitness } from './witness.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'karna-sealing-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const NOW = Date.parse('2026-11-24T12:00:00Z')
const leaves = Array.from({ length: 40 }, (_, index) => leafHash(Buffer.from([index])))

/** RFC 6962 §2.1 by the letter, without any memory. */
function naiveRoot(of: readonly Buffer[]): Buffer {
  const [only] = of
  if (only && of.length === 1) return only
  let split = 1
  while (split * 2 < of.length) split *= 2
  return nodeHash(naiveRoot(of.slice(0, split)), naiveRoot(of.slice(split)))
}

const nodes: Nodes = (level, index) =>
  naiveRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level))

test('a tree has the roots of RFC 6962, its own test vectors too', () => {
  const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657']
  const vectors = [...inputs, '606162636465666768696a6b6c6d6e6f'].map((hex) =>
    leafHash(Buffer.from(hex, 'hex')),
  )
  const tree = openTreeFiles(path.join(folder, 'vectors'), 0)
  tree.append(vectors)
  assert.equal(
    rootOf(tree.nodes, 8).toString('hex'),
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  )
  assert.equal(
    rootOf(tree.nodes, 0).toString('hex'),
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  )
  tree.close()
})

test('a tree in files is the same however it was filled, and after it was opened again', () => {
  for (const batch of [1, 3, 7, 40]) {
    const place = path.join(folder, `batch-${batch}`)
    let size = 0
    while (size < leaves.length) {
      const tree = openTreeFiles(place, size)
      tree.append(leaves.slice(size, size + batch))
      size = tree.size
      assert.deepEqual(rootOf(tree.nodes, size), naiveRoot(leaves.slice(0, size)))
      tree.append([Buffer.alloc(32)]) // never signed: gone at the next start
      tree.close()
    }
  }
})

test('every tree proves that it begins with every smaller one, and with no other', () => {
  for (let second = 1; second <= leaves.length; second++) {
    for (let first = 1; first <= second; first++) {
      const proof = consistencyProof(nodes, first, second)
      const [old, whole] = [first, second].map((size) => ({ size, root: rootOf(nodes, size) }))
      assert.ok(old && whole)
      assert.ok(isConsistent(old, whole, proof), `${first} in ${second}`)
      const wrong = { ...old, root: leafHash(old.root) }
      assert.ok(!isConsistent(wrong, whole, proof))
      assert.ok(first === second || !isConsistent(old, { ...whole, root: wrong.root }, proof))
    }
  }
})

test('a checkpoint is read back as it was written, and nothing else is read as one', () => {
  const entries = [{ writer: 3, first: 1, last: 17 }]
  const root = Buffer.alloc(32, 7)
  const said = {
    origin: 'karna.test/log',
    size: 17,
    root,
    time: '2026-11-24T12:00:00.000Z',
    entries,
  }
  const text = checkpointText(said)
  assert.deepEqual(parseCheckpoint(text), said)
  for (const wrong of [text.replace('17', '-1'), text.replace('entries', 'entry'), 'x\n1\ny\n']) {
    assert.equal(parseCheckpoint(wrong), undefined)
  }
})

/** A log of its own, told to a witness. */
function aLog(name: string) {
  const key = openKey('log', path.join(folder, name), `karna.test/${name}`)
  const witnessFolder = path.join(folder, `${name}-witness`)
  const witness = createWitness({
    folder: witnessFolder,
    name: 'skane',
    logKeys: () => [publicKeyIn(path.join(folder, name)) ?? ''],
    now: () => NOW,
  })
  const note = (size: number, of: Nodes = nodes, time = NOW) => {
    const entries = [{ writer: 1, first: size, last: size }]
    const at = new Date(time).toISOString()
    const text = checkpointText({
      origin: key.name,
      size,
      root: rootOf(of, size),
      time: at,
      entries,
    })
    return `${text}\n${signatureLine(key, text)}\n`
  }
  const tell = (old: number, signed: string, proof: readonly Buffer[]) => {
    const lines = [`old ${old}`, ...proof.map((each) => each.toString('base64'))]
    return witness.addCheckpoint(`${lines.join('\n')}\n\n${signed}`)
  }
  const witnessKey = verifyingKey('witness', publicKeyIn(witnessFolder) ?? '')
  return { key, witness, note, tell, witnessKey }
}

test('a witness signs a log that only grows', async () => {
  const { note, tell, witness, witnessKey, key } = aLog('grows')
  assert.equal((await tell(0, note(5), [])).status, 200)
  const answer = await tell(5, note(17), consistencyProof(nodes, 5, 17))
  assert.equal(answer.status, 200)
  const text = parseNote(note(17))?.text ?? ''
  assert.ok(witnessKey && isCosignedBy(witnessKey, text, answer.text.trim()))
  assert.ok(!isCosignedBy(witnessKey, text.replace('17', '18'), answer.text.trim()))
  assert.match(witness.latest(key.name) ?? '', /\n17\n/)
})

test('a witness refuses a log that was cut, split or changed, and tells what it saw last', async () => {
  const { note, tell } = aLog('changes')
  await tell(0, note(17), [])
  assert.deepEqual(await tell(0, note(9), []), { status: 409, text: '17\n' })
  const changed: Nodes = (level, index) => leafHash(nodes(level, index))
  assert.equal((await tell(17, note(17, changed), [])).status, 409)
  assert.equal((await tell(17, note(30, changed), consistencyProof(changed, 17, 30))).status, 422)
  assert.equal((await tell(17, note(9), [])).status, 400)
})

test('a witness refuses what the log did not sign, and what is not of now', async () => {
  const { note, tell } = aLog('unsigned')
  const other = aLog('other').note(5)
  assert.equal((await tell(0, note(5).replace(/\n5\n/, '\n6\n'), [])).status, 403)
  assert.equal((await tell(0, other, [])).status, 404)
  assert.equal((await tell(0, note(5, nodes, NOW - 3_600_000), [])).status, 400)
  assert.equal((await tell(0, 'nonsense', [])).status, 400)
})
