import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readXml } from './read-xml.ts'
import { attributeOf, childOf, childrenOf, deepTextOf, textOf } from './xml-element.ts'

test('text passes exactly: white space, references, CDATA and line breaks', () => {
  const cases = [
    ['  Ej  feber.\n\t', '  Ej  feber.\n\t'],
    ['&lt;5 &amp;lt; &#181;g&#x2009;µ', '<5 &lt; µg\u2009µ'],
    ['<![CDATA[<5 & ]] > &amp;]]> mg', '<5 & ]] > &amp; mg'],
    ['a<!-- tyst -->b<?pi x?>c', 'abc'],
    ['rad 1\r\nrad 2\rrad 3&#13;', 'rad 1\nrad 2\nrad 3\r'],
    ['007 𝔘 \u0085', '007 𝔘 \u0085'],
  ]
  for (const [written, meant] of cases) assert.equal(textOf(readXml(`<t>${written}</t>`)), meant)
})

test('mixed content keeps its order', () => {
  const para = readXml('<p>Ej <b>feber</b>, <b>inte</b> hosta</p>')
  assert.equal(deepTextOf(para), 'Ej feber, inte hosta')
  assert.equal(textOf(para), 'Ej ,  hosta')
  assert.equal(childrenOf(para).length, 2)
})

test('namespaces are resolved, whatever the prefixes', () => {
  const root = readXml(
    '<a:x xmlns:a="urn:1" xmlns="urn:2" k="v" a:k="w"><y/><a:y/><z xmlns=""/></a:x>',
  )
  assert.equal(root.namespace, 'urn:1')
  assert.equal(attributeOf(root, 'k'), 'v')
  assert.deepEqual(
    childrenOf(root).map(({ namespace }) => namespace),
    ['urn:2', 'urn:1', ''],
  )
  assert.equal(childOf(root, 'urn:2', 'y'), childrenOf(root)[0])
  assert.equal(childOf(root, 'urn:3', 'y'), undefined)
})

test('a document type declaration is refused, and no entity is expanded', () => {
  const hostile = [
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><x/>',
    '<x>&e;</x>',
    '<x a="&e;"/>',
    '<x>&nbsp;</x>',
    '<x>&#0;</x>',
    '<x>&#xD800;</x>',
    '<x>& b</x>',
  ]
  for (const document of hostile) assert.throws(() => readXml(document), { code: 'structure' })
})

test('what is not well-formed is refused, cut off or otherwise', () => {
  const broken = [
    '',
    'text',
    '<x>',
    '<x><y></x>',
    '<x></y>',
    '<x/><y/>',
    '<x/>text',
    '<x a="1" a="2"/>',
    '<x a=1/>',
    '<x a="<"/>',
    '<p:x/>',
    '<x xmlns:p=""/>',
    '<x><![CDATA[ </x>',
    '<x><!-- </x>',
    '<1/>',
    '<x>\u0001</x>',
    '<x',
    '<x>'.repeat(101) + '</x>'.repeat(101),
  ]
  for (const document of broken) assert.throws(() => readXml(document), { code: 'structure' })
})

test('a message about broken XML holds none of its text', () => {
  const secret = '<x><y>191212121212</y'
  assert.throws(
    () => readXml(secret),
    (error) => error instanceof Error && !error.message.includes('1912'),
  )
})

test('a long text of references is read in time that grows with its length', () => {
  const text = '&amp;'.repeat(200_000)
  assert.equal(textOf(readXml(`<x>${text}</x>`)).length, 200_000)
})
