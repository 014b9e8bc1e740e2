/** Letters that don't come apart into a letter and its accent. Their order is what the braces are for. */
const LETTERS: Readonly<Record<string, string>> = {
  å: '{',
  ä: '|',
  æ: '|',
  ö: '}',
  ø: '}',
  œ: '}',
  ß: 'ss',
  ð: 'd',
  đ: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
}

const PLAIN = /^[a-z0-9]*$/
const FOLDED = /[åäæöøœßðđþłħı]/g
const APOSTROPHES = /['’‘ʼ`´]/g
const NO_LETTER = /[^\p{L}\p{N}\p{M}]+/gu
const ACCENTS = /\p{M}+/gu

/**
 * A string as it is compared in search: without regard to case, accents and punctuation, in Swedish order.
 * å, ä and ö are letters of their own and become `{`, `|` and `}`, which follow z, so that bytes sort as Swedish does;
 * é is e, and ü is u (though Swedish sorts it with y). Apostrophes vanish; other punctuation is one space.
 * What is nothing but punctuation stays as it is. Both what is stored and what is searched for is folded.
 * https://hl7.org/fhir/R4/search.html#string
 */
export function foldText(text: string): string {
  const lower = text.toLowerCase()
  if (PLAIN.test(lower)) return lower
  const words = lower.normalize('NFC').replace(APOSTROPHES, '').replace(NO_LETTER, ' ').trim()
  if (words === '') return lower
  return withoutAccents(words).replace(FOLDED, (letter) => LETTERS[letter] ?? letter)
}

/** So many characters of a text are what an index takes and what it is sorted by. */
const LONGEST = 400

/** The part of a text that it is sorted by: nearly always the whole. Not cut in the middle of a character. */
export function sortedPart(text: string): string {
  return text.length <= LONGEST ? text : text.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '')
}

/** A code or identifier as it is compared: without regard to case, as the standard advises when in doubt. */
export function foldToken(code: string): string {
  return code.toLowerCase()
}

/** Takes every accent away but the ring and dots of å, ä and ö. */
function withoutAccents(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything but ASCII
  if (/^[\u0000-\u007fåäö]*$/.test(text)) return text
  return [...text]
    .map((letter) => {
      if (letter === 'å' || letter === 'ä' || letter === 'ö') return letter
      return letter.normalize('NFD').replace(ACCENTS, '')
    })
    .join('')
}
