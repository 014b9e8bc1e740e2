import { isUtf8 } from 'node:buffer'
import { Problem } from '../../../fhir/problem.ts'

/**
 * The text of an XML message, by its byte order mark, else the charset of its Content-Type, else its XML declaration,
 * else UTF-8. Bytes that aren't in the encoding are refused, not replaced: a `µ` that became `�` is a wrong dose.
 * Servers that put ISO-8859-1 on everything are not believed about what says that it's UTF-8 and is: as their `Ã¥` would be.
 * https://www.rfc-editor.org/rfc/rfc7303#section-3
 *
 * @throws Problem `structure` for bytes that aren't in their encoding, or an encoding that isn't known
 */
export function decodeXmlText(bytes: Buffer, contentType: string | undefined): string {
  const declared = declaredIn(bytes)
  const label = markOf(bytes) ?? charsetOf(contentType) ?? declared ?? 'utf-8'
  const isTold = /^utf-?8$/.test(declared ?? '') && isWindows1252(label) && isUtf8(bytes)
  if (isWindows1252(label) && !isTold) return decodeWindows1252(bytes)
  try {
    return new TextDecoder(isTold ? 'utf-8' : label, { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new Problem('structure', 'The XML is not in the character encoding it says', { cause })
  }
}

function markOf(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  // Without a mark: by how its first character is written. https://www.w3.org/TR/xml/#sec-guessing
  if (bytes[0] === 0x3c && bytes[1] === 0) return 'utf-16le'
  if (bytes[0] === 0 && bytes[1] === 0x3c) return 'utf-16be'
  return undefined
}

function charsetOf(contentType: string | undefined): string | undefined {
  return /;\s*charset="?([\w.:-]+)"?/i.exec(contentType ?? '')?.[1]?.toLowerCase()
}

function declaredIn(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 200).toString('latin1')
  return /^\s*<\?xml[^>]*\sencoding=["']([\w.:-]+)["']/.exec(start)?.[1]?.toLowerCase()
}

/** What says ISO-8859-1 or ASCII is read as Windows-1252, as in browsers: Windows systems say the one and send the other. */
function isWindows1252(label: string): boolean {
  return /^(windows-1252|cp-?1252|iso-?8859-1|latin-?1|(us-)?ascii)$/i.test(label)
}

/** U+0080–U+009F as Windows-1252 has them; `\0` where it has nothing. https://encoding.spec.whatwg.org/#windows-1252 */
const HIGH = '€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ'

/** Own table: not every build of Node tells Windows-1252 from ISO-8859-1. */
function decodeWindows1252(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\u0080-\u009F]/g, (character) => {
    const meant = HIGH[character.charCodeAt(0) - 0x80]
    if (meant === undefined || meant === '\0') {
      throw new Problem('structure', 'The XML is not in the character encoding it says')
    }
    return meant
  })
}
