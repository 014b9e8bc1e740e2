/** U+0080–U+009F of Windows-1252. https://encoding.spec.whatwg.org/#windows-1252 */
const HIGH = '€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ'

/** XML as Windows-1252 bytes. What the encoding doesn't have is written as a character reference. */
export function encodeWindows1252(xml: string): Buffer {
  const declared = xml.replace('encoding="UTF-8"', 'encoding="windows-1252"')
  const pieces = [...declared].map((character) => {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x80 || (code >= 0xa0 && code <= 0xff)) return Buffer.of(code)
    const at = HIGH.indexOf(character)
    return at >= 0 ? Buffer.of(0x80 + at) : Buffer.from(`&#${code};`)
  })
  return Buffer.concat(pieces)
}
