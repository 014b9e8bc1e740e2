import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foldText, foldToken } from './fold.ts'

const NAMES =
  `Aaltonen Abrahamsson Alm Andersson Arvidsson Axelsson Ek Eklöf Eklund Ekström Engström
  Fält Falk Fors Gärd Gård Gord Håkansson Häll Hall Holm Hög Höglund Jansson Jönsson Karlsson
  Lindén Lindberg Lind Lundström Löf Lööf Mård Mäkinen Möller Nyström Nilsson Olsson Persson Sjöberg
  Sjögren Sjölund Strand Ström Söder Sörensen Törn Tran Wallin Viklund Wikström Zackrisson Zander Zetterlund
  Åberg Åkerman Åsa Ängkvist Ärlig Öberg Öhman Östlund`.split(/\s+/)

test('folded names sort by their bytes as Swedish does', () => {
  const swedish = new Intl.Collator('sv', { sensitivity: 'base' })
  const wanted = NAMES.toSorted(swedish.compare)
  const folded = NAMES.toSorted((a, b) => Buffer.compare(key(a), key(b)))
  assert.deepEqual(folded, wanted)
})

test('case and accents make no difference, å ä ö do', () => {
  assert.equal(foldText('Lindén'), foldText('LINDEN'))
  assert.equal(foldText('Müller'), 'muller')
  assert.equal(foldText('Æbeltoft Ørn'), foldText('äbeltoft örn'))
  assert.notEqual(foldText('Håkan'), foldText('Hakan'))
  assert.notEqual(foldText('Mård'), foldText('Märd'))
})

test('how an accent is written makes no difference', () => {
  assert.equal(foldText('A\u030asa Linde\u0301n'), foldText('Åsa Lindén'))
})

test('punctuation and spaces make no difference', () => {
  assert.equal(foldText('  Anna-Karin   Berg '), 'anna karin berg')
  assert.equal(foldText('O’Brien'), foldText("O'BRIEN"))
  assert.equal(foldText('Müller, R.'), 'muller r')
  assert.equal(foldText('***'), '***')
})

test('other scripts keep their letters', () => {
  assert.equal(foldText('Łukasz ÐORÐE'), 'lukasz dorde')
  assert.equal(foldText('Αθήνα'), foldText('ΑΘΗΝΑ'))
  assert.equal(foldText('Мария'), foldText('МАРИЯ'))
  assert.equal(foldText('山田'), '山田')
})

test('codes are compared without regard to case', () => {
  assert.equal(foldToken('ABC-1'), foldToken('abc-1'))
})

function key(name: string): Buffer {
  return Buffer.from(foldText(name))
}
