/** U+0080–U+009F of Windows-1252. https://encoding.spec.whatwg.org/#windows-1252 */
const HIGH = '€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ'

/** The byte of a character; `undefined` for what Windows-1252 doesn't have. */
function byteOf(character: string): number | undefined {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x80 || (code >= 0xa0 && code <= 0xff)) return code
  const at = HIGH.indexOf(character)
  return at >= 0 ? 0x80 + at : undefined
}

/** XML as Windows-1252 bytes. What the encoding doesn't have is written as a character reference. */
export function encodeWindows1252(xml: string): Buffer {
  const declared = xml.replace('encoding="UTF-8"', 'encoding="windows-1252"')
  const pieces = [...declared].map((character) => {
    const byte = byteOf(character)
    return byte === undefined ? Buffer.from(`&#${character.codePointAt(0)};`) : Buffer.of(byte)
  })
  return Buffer.concat(pieces)
}

/** How a database keeps its texts: as which bytes, and what is read from these. */
export interface CodePage {
  write(text: string): Buffer
  read(bytes: Uint8Array): string
}

/** A column of `varchar` in a Windows database: a character that the code page doesn't have is a question mark for ever. */
export const WINDOWS_1252: CodePage = {
  write: (text) =>
    SAME_BYTES.test(text)
      ? Buffer.from(text, 'latin1')
      : Buffer.from([...text].map((each) => byteOf(each) ?? 0x3f)),
  read: (bytes) => WINDOWS_DECODER.decode(bytes),
}
/** Where the code page is ISO-8859-1. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are kept as they are
const SAME_BYTES = /^[\u0000-\u007f\u00a0-\u00ff]*$/
const WINDOWS_DECODER = new TextDecoder('windows-1252')

/** A column of `nvarchar`: every character. */
export const UNICODE: CodePage = {
  write: (text) => Buffer.from(text),
  read: (bytes) => Buffer.from(bytes).toString(),
}

/** What is left of a text in a database that keeps it so. */
export const keptAs = (texts: CodePage, text: string): string => texts.read(texts.write(text))
