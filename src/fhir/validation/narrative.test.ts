import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isNarrative } from './narrative.ts'

const div = (inner: string) => `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>`

test('ordinary narrative is accepted', () => {
  for (const inner of [
    'text &amp; more&nbsp;&#160;&#xE5;',
    '<p class="a" style="color: red">x</p><br/><hr />',
    '<table border="1"><tbody><tr><td colspan="2">x</td></tr></tbody></table>',
    '<a href="https://x.se?a=1&amp;b=2#c">x</a><a href="#y">y</a><a href="Patient/1">z</a><a href="mailto:a@b.se">m</a>',
    '<img src="data:image/png;base64,AAAA" alt="x"/><img src="#picture" alt=\'y\'/>',
    '<!-- a comment - with hyphens -->x',
    '',
  ]) {
    assert.equal(isNarrative(div(inner)), true, inner)
  }
  assert.equal(isNarrative(` \n${div('x')} \n`), true)
  assert.equal(isNarrative('<div lang="sv" xmlns=\'http://www.w3.org/1999/xhtml\'>x</div>'), true)
})

test('what is not one well-formed XHTML div is refused', () => {
  for (const text of [
    '',
    'x',
    '<p xmlns="http://www.w3.org/1999/xhtml">x</p>',
    '<div>x</div>',
    '<div xmlns="http://other">x</div>',
    `${div('x')}${div('y')}`,
    `${div('x')}y`,
    `x${div('y')}`,
    `<?xml version="1.0"?>${div('x')}`,
    `<!DOCTYPE div [<!ENTITY x SYSTEM "file:///etc/passwd">]>${div('&x;')}`,
    `<!-- x -->${div('x')}`,
  ]) {
    assert.equal(isNarrative(text), false, text)
  }
  for (const inner of [
    '<p>',
    '</p>',
    '<p></b></p>',
    '<br>',
    'a < b',
    'a & b',
    '&a b;',
    '<p class=x>x</p>',
    '<p class="a" class="b">x</p>',
    '<p class="<b>">x</p>',
    '<P>x</P>',
    '<![CDATA[<p>x</p>]]>',
    '<?x y?>',
    '<!-- a -- b -->',
    '<!--> x -->',
    '<x:p>x</x:p>',
  ]) {
    assert.equal(isNarrative(div(inner)), false, inner)
  }
})

test('nothing in narrative can act, however it is disguised', () => {
  for (const inner of [
    '<script>x</script>',
    '<SCRIPT>x</SCRIPT>',
    '<style>x</style>',
    '<iframe src="https://x"></iframe>',
    '<object data="x"></object>',
    '<form action="x"><input name="y"/></form>',
    '<svg><circle r="1"/></svg>',
    '<link rel="stylesheet" href="x"/>',
    '<base href="http://x"/>',
    '<meta http-equiv="refresh" content="0"/>',
    '<p onclick="x()">x</p>',
    '<p ONCLICK="x()">x</p>',
    '<img src="x" onerror="x()"/>',
    '<a href="javascript:x()">x</a>',
    '<a href=" JaVaScRiPt:x()">x</a>',
    '<a href="java&#x09;script:x()">x</a>',
    '<a href="java\nscript:x()">x</a>',
    '<a href="&#106;avascript:x()">x</a>',
    '<a href="&#0000106avascript:x()">x</a>',
    '<a href="javascript&colon;x()">x</a>',
    '<a href="java&Tab;script:x()">x</a>',
    '<a href="\u200bjavascript:x()">x</a>',
    '<a href="&#1;javascript:x()">x</a>',
    '<a href="vbscript:x">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<a href="data:image/png;base64,AAAA">x</a>',
    '<img src="data:image/svg+xml;base64,AAAA"/>',
    '<a href="blob:x">x</a>',
    '<p style="width: expression(x())">x</p>',
    '<p style="background: url(javascript:x())">x</p>',
    '<p style="background: u/**/rl(https://x)">x</p>',
    '<p style="background: \\75rl(https://x)">x</p>',
    '<p style="behavior: url(#x)">x</p>',
    '<p style="-moz-binding: x">x</p>',
  ]) {
    assert.equal(isNarrative(div(inner)), false, inner)
  }
})

test('a very long narrative is read without backtracking', () => {
  assert.equal(isNarrative(div(`<p title="${'&amp;'.repeat(500_000)}">x</p>`.repeat(2))), true)
  assert.equal(isNarrative(`<div${' a="1"'.repeat(1_000_000)}>`), false)
  assert.equal(isNarrative(`<div${' '.repeat(3_000_000)}`), false)
})
