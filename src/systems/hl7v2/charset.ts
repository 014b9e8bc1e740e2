import { Problem } from '../../fhir/problem.ts'

/** The encodings that Swedish senders use. Source: HL7 table 0211; domain experience: MSH-18 is often empty or untrue. */
type Encoding = 'utf-8' | 'windows-1252' | 'iso-8859-15'

const NAMES: Readonly<Record<string, Encoding>> = {
  'UNICODE UTF-8': 'utf-8',
  'UTF-8': 'utf-8',
  '8859/1': 'windows-1252',
  'ISO-8859-1': 'windows-1252',
  'ISO IR100': 'windows-1252',
  'ISO IR 100': 'windows-1252',
  '8859/15': 'iso-8859-15',
  'ISO-8859-15': 'iso-8859-15',
  'WINDOWS-1252': 'windows-1252',
  CP1252: 'windows-1252',
}

/**
 * The text of a message. UTF-8 where the bytes are that, whatever MSH-18 says: of other encodings no text that anybody writes
 * has such bytes, and `Ã–dlund` would be put in the place of a right name. Else by MSH-18, and where that is empty, says ASCII
 * or says UTF-8: Windows-1252, of which ISO 8859-1 is a part. Nothing is replaced by `�`.
 *
 * @throws Problem `structure` for an encoding that isn't known, or bytes that no letter has
 */
export function decodeMessage(bytes: Buffer): string {
  const stated = statedIn(bytes)
  const encoding = stated === '' || stated === 'ASCII' ? undefined : NAMES[stated.toUpperCase()]
  if (encoding === undefined && stated !== '' && stated !== 'ASCII') {
    throw new Problem('structure', 'The character set in MSH-18 is not known')
  }
  const isUntrue = encoding === undefined || encoding === 'utf-8'
  return (
    decodeStrictly(bytes, 'utf-8') ?? decodeOrRefuse(bytes, isUntrue ? 'windows-1252' : encoding)
  )
}

/** MSH-18, which is ASCII in every encoding that occurs. */
function statedIn(bytes: Buffer): string {
  const end = bytes.findIndex((byte) => byte === 0x0d || byte === 0x0a)
  const header = bytes.subarray(0, end < 0 ? bytes.length : end).toString('latin1')
  const separator = header[3] ?? '|'
  const field = header.split(separator)[17] ?? ''
  return (field.split('~')[0] ?? '').trim()
}

function decodeOrRefuse(bytes: Buffer, encoding: Encoding): string {
  const text = decodeStrictly(bytes, encoding)
  if (text === undefined) {
    throw new Problem('structure', 'The message is not in the character set it says')
  }
  return text
}

/** U+0080–U+009F of Windows-1252; a space where it has nothing. https://encoding.spec.whatwg.org/#windows-1252 */
const HIGH = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ'
/** Where ISO 8859-15 differs from 8859-1. */
const LATIN_9: Readonly<Record<string, string>> = {
  '¤': '€',
  '¦': 'Š',
  '¨': 'š',
  '´': 'Ž',
  '¸': 'ž',
  '¼': 'Œ',
  '½': 'œ',
  '¾': 'Ÿ',
}

function decodeStrictly(bytes: Buffer, encoding: Encoding): string | undefined {
  if (encoding === 'utf-8') {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    } catch {
      return undefined
    }
  }
  const latin = bytes.toString('latin1')
  if (encoding === 'iso-8859-15')
    return latin.replace(/[¤¦¨´¸¼½¾]/g, (each) => LATIN_9[each] ?? each)
  let isWhole = true
  const text = latin.replace(/[\u0080-\u009f]/g, (each) => {
    const meant = HIGH[each.charCodeAt(0) - 0x80] ?? ' '
    if (meant === ' ') isWhole = false
    return meant
  })
  return isWhole ? text : undefined
}
