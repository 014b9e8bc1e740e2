import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeXmlText } from './decode-text.ts'

const win = Buffer.from([0x3c, 0x74, 0x3e, 0x80, 0x93, 0xb5, 0xe5, 0x85, 0x96])

test('Windows-1252 is read as what was written, also where it is called ISO-8859-1', () => {
  for (const charset of ['windows-1252', 'ISO-8859-1', '"cp1252"']) {
    assert.equal(decodeXmlText(win, `text/xml; charset=${charset}`), '<t>€“µå…–')
  }
})

test('a declaration decides where nothing else does, a byte order mark before all', () => {
  const declared = Buffer.from('<?xml version="1.0" encoding="iso-8859-1"?><t>\xb5</t>', 'latin1')
  assert.match(decodeXmlText(declared, 'text/xml'), /<t>µ<\/t>$/)
  assert.match(decodeXmlText(declared, undefined), /µ/)
  const marked = Buffer.from('\ufeff<t>µ</t>')
  assert.match(decodeXmlText(marked, 'text/xml; charset=iso-8859-1'), /<t>µ<\/t>$/)
  assert.match(decodeXmlText(Buffer.from('\ufeff<t>µ</t>', 'utf16le'), undefined), /<t>µ<\/t>$/)
  assert.equal(decodeXmlText(Buffer.from('<t>µ</t>'), undefined), '<t>µ</t>')
})

test('bytes that are not in their encoding are refused, not replaced', () => {
  assert.throws(() => decodeXmlText(win, 'text/xml; charset=utf-8'), { code: 'structure' })
  assert.throws(() => decodeXmlText(win, 'text/xml; charset=klingon'), { code: 'structure' })
  assert.throws(() => decodeXmlText(Buffer.from([0x81]), 'text/xml; charset=windows-1252'), {
    code: 'structure',
  })
})
