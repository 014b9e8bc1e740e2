import { Problem } from '../../../fhir/problem.ts'

/** A piece of markup, or of text between markup. */
export type XmlToken =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'end'; readonly name: string }
  | {
      readonly kind: 'start'
      readonly name: string
      readonly attributes: ReadonlyMap<string, string>
      readonly empty: boolean
    }

// XML 1.0 §2.3 [4]–[5], a colon only as Namespaces in XML has it.
const START = 'A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF'
const MORE = `${START}\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD`
const PART = `[${MORE}][-.0-9\\u00B7${MORE}\\u0300-\\u036F\\u203F\\u2040]*`
const NAME = `${PART}(?::${PART})?`
const SPACE = '[ \\t\\n]'

const START_TAG = new RegExp(`<(${NAME})`, 'y')
const END_TAG = new RegExp(`</(${NAME})${SPACE}*>`, 'y')
const ATTRIBUTE = new RegExp(`${SPACE}+(${NAME})${SPACE}*=${SPACE}*(?:"([^<"]*)"|'([^<']*)')`, 'y')
const TAG_END = new RegExp(`${SPACE}*(/?)>`, 'y')

// XML 1.0 §2.2: what may not be in a document, however it is written.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Cs}/u

/**
 * Cuts an XML document into its tags and texts. Comments and processing instructions are passed over.
 * A document type declaration is refused, and with it every entity but the five of XML and character references:
 * there is nothing for an entity to expand to or to fetch.
 *
 * @param document decoded text; line breaks become `\n` as XML 1.0 §2.11 says, before anything else is looked at
 * @throws Problem `structure`; the message holds a place and never text of the document
 */
export function* xmlTokens(document: string): Generator<XmlToken> {
  const source = document.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const forbidden = source.search(FORBIDDEN)
  if (forbidden >= 0) throw notXml(forbidden, 'a character that XML does not allow')
  let at = 0
  while (at < source.length) {
    const next = source.indexOf('<', at)
    const end = next < 0 ? source.length : next
    if (end > at) yield { kind: 'text', text: expand(source.slice(at, end), at) }
    if (next < 0) return
    const { token, after } = readMarkup(source, next)
    if (token) yield token
    at = after
  }
}

interface Markup {
  readonly token: XmlToken | undefined
  readonly after: number
}

function readMarkup(source: string, at: number): Markup {
  if (source.startsWith('<!--', at)) return skip(source, at, '-->')
  if (source.startsWith('<?', at)) return skip(source, at, '?>')
  if (source.startsWith('<![CDATA[', at)) {
    const { after } = skip(source, at, ']]>')
    return { token: { kind: 'text', text: source.slice(at + 9, after - 3) }, after }
  }
  if (source.startsWith('<!', at)) throw notXml(at, 'a document type declaration, which is refused')
  const end = match(END_TAG, source, at)
  if (end) return { token: { kind: 'end', name: end[1] ?? '' }, after: END_TAG.lastIndex }
  return readStartTag(source, at)
}

function skip(source: string, at: number, end: string): Markup {
  const found = source.indexOf(end, at)
  if (found < 0) throw notXml(at, 'something that does not end')
  return { token: undefined, after: found + end.length }
}

function readStartTag(source: string, at: number): Markup {
  const name = match(START_TAG, source, at)?.[1]
  if (name === undefined) throw notXml(at, 'a tag that cannot be read')
  const attributes = new Map<string, string>()
  let after = START_TAG.lastIndex
  for (;;) {
    const found = match(ATTRIBUTE, source, after)
    if (!found) break
    const [, attribute = '', double, single] = found
    if (attributes.has(attribute)) throw notXml(after, 'an attribute that comes twice')
    const value = (double ?? single ?? '').replace(/[\t\n]/g, ' ')
    attributes.set(attribute, expand(value, after))
    after = ATTRIBUTE.lastIndex
  }
  const end = match(TAG_END, source, after)
  if (!end) throw notXml(after, 'a tag that does not end')
  return {
    token: { kind: 'start', name, attributes, empty: end[1] === '/' },
    after: TAG_END.lastIndex,
  }
}

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(source)
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
}

/** Once only: `&amp;lt;` is the text `&lt;`. */
function expand(text: string, at: number): string {
  if (!text.includes('&')) return text
  return text.replace(/&([^;&]{0,40};)?/g, (_, reference: string | undefined) => {
    const name = reference?.slice(0, -1) ?? ''
    const character = ENTITIES[name] ?? characterOf(name)
    if (character === undefined) throw notXml(at, 'a reference that XML does not define')
    return character
  })
}

/** `#65` or `#x41`. */
function characterOf(name: string): string | undefined {
  const [, hexadecimal, decimal] = /^#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))$/.exec(name) ?? []
  if (hexadecimal === undefined && decimal === undefined) return undefined
  const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16)
  if (code > 0x10ffff) return undefined
  const character = String.fromCodePoint(code)
  return FORBIDDEN.test(character) ? undefined : character
}

function notXml(at: number, what: string): Problem {
  return new Problem('structure', `The XML has ${what}, near character ${at}`)
}
