import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CompositionSection } from 'fhir/r4'
import { issuesOf } from '../../../fhir/validation/validate.ts'
import { readXml } from '../soap/read-xml.ts'
import { deepTextOf } from '../soap/xml-element.ts'
import { toSections } from './note-text.ts'

const sections = (text: string) => toSections(text, 'urn:x')
const html = (section: CompositionSection | undefined) =>
  section?.text?.div.replace(/^<div[^>]*>|<\/div>$/g, '').trim()

test('each keyword is a section, with the local id that it has in its source', () => {
  const [status, plan, ...more] = sections(
    '<article><section role="A4711"><title>Status</title><para>Ej feber, &lt;5 µg</para></section>' +
      '<section><title>Plan</title><para>Åter</para><para>om 2 v</para></section></article>',
  )
  assert.deepEqual(more, [])
  assert.equal(status?.title, 'Status')
  assert.deepEqual(status?.code?.coding, [{ system: 'urn:x', code: 'A4711', display: 'Status' }])
  assert.equal(html(status), '<p>Ej feber, &lt;5 µg</p>')
  assert.equal(plan?.code, undefined)
  assert.equal(html(plan), '<p>Åter</p><p>om 2 v</p>')
})

test('sections within sections, and text between them, keep their order', () => {
  const [first, second, last] = sections(
    '<article><para>före</para><section><title>A</title><para>a</para><section><title>B</title><para>b</para></section><para>efter</para></section><para>sist</para></article>',
  )
  assert.equal(html(first), '<p>före</p>')
  assert.equal(html(second), '<p>a</p>')
  assert.deepEqual(
    second?.section?.map((each) => [each.title, html(each)]),
    [
      ['B', '<p>b</p>'],
      [undefined, '<p>efter</p>'],
    ],
  )
  assert.equal(html(last), '<p>sist</p>')
})

test('a title of the whole goes with what comes first', () => {
  const [first] = sections('<article><info><title>Epikris</title></info><para>x</para></article>')
  assert.equal(first?.title, 'Epikris')
  const [title, status] = sections(
    '<article><title>T</title><section><title>S</title><para>x</para></section></article>',
  )
  assert.deepEqual([title, status?.title], [{ title: 'T' }, 'S'])
})

test('lists, tables, emphasis and links come as XHTML that FHIR allows', () => {
  const text =
    '<article><section><title>L</title><itemizedlist><listitem><para>ett</para></listitem></itemizedlist>' +
    '<variablelist><varlistentry><term>Puls</term><listitem><para>72</para></listitem></varlistentry></variablelist>' +
    '<informaltable><tgroup cols="1"><tbody><row><entry>c<emphasis role="bold">f</emphasis></entry></row></tbody></tgroup></informaltable>' +
    '<literallayout>a  b\n c</literallayout><para><ulink url="javascript:x">här</ulink><okänd>kvar</okänd></para></section></article>'
  const [section] = sections(text)
  assert.equal(
    html(section),
    '<ul><li><p>ett</p></li></ul><dl><dt>Puls</dt><dd><p>72</p></dd></dl><table><tr><td>c<strong>f</strong></td></tr></table>' +
      '<pre>a  b\n c</pre><p>här (javascript:x)<span>kvar</span></p>',
  )
  const composition = {
    resourceType: 'Composition',
    status: 'final',
    type: { text: 'x' },
    date: '2026',
    author: [{ display: 'x' }],
    title: 'x',
    section: sections(text),
  }
  assert.deepEqual(issuesOf(composition), [])
})

test('every text of a document is in its sections, whatever the mark-up', () => {
  const names = [
    'para',
    'section',
    'title',
    'note',
    'x',
    'row',
    'entry',
    'itemizedlist',
    'listitem',
    'info',
    'bibliography',
  ]
  let seed = 1
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  const build = (depth: number): string => {
    const name = names[random(names.length)] ?? 'para'
    const parts = Array.from({ length: random(4) }, () =>
      depth === 0 || random(2) === 0 ? `ord${random(100_000)} ` : build(depth - 1),
    )
    return `<${name}>${parts.join('')}</${name}>`
  }
  for (let round = 0; round < 300; round++) {
    const text = `<article>${build(4)}${build(4)}</article>`
    const words = deepTextOf(readXml(text)).split(/\s+/).filter(Boolean).sort()
    const found = JSON.stringify(sections(text)).match(/ord\d+/g) ?? []
    assert.deepEqual([...found].sort(), words, text)
  }
})

test('plain text is a paragraph a line, exactly', () => {
  const text = ' Ej  ont & <5\n\n\tPuls: 72 "regelbunden" '
  const [section, ...more] = sections(text)
  assert.deepEqual(more, [])
  assert.equal(
    html(section),
    '<p> Ej  ont &amp; &lt;5</p><p></p><p>\tPuls: 72 &quot;regelbunden&quot; </p>',
  )
})

test('what only looks like DocBook is shown as it is', () => {
  for (const text of [
    '<article><para>oavslutad',
    '<5 i CRP',
    '<p>html</p>',
    '<!DOCTYPE article [<!ENTITY e "x">]><article>&e;</article>',
    '<article>&nbsp;</article>',
  ]) {
    const [section] = sections(text)
    assert.ok(
      html(section)?.includes(
        text
          .replace(/&/g, '&amp;')
          .replace(/</g, '&lt;')
          .replace(/>/g, '&gt;')
          .replace(/"/g, '&quot;'),
      ),
      text,
    )
  }
  const declared =
    '<?xml version="1.0"?><!DOCTYPE article PUBLIC "-//OASIS//DTD" "http://x"><article><para>x</para></article>'
  assert.equal(html(sections(declared)[0]), '<p>x</p>')
})
