declare const written: unique symbol

/** XML that was put together by {@link tag}, so that nothing unescaped is in it. */
export interface Xml {
  readonly [written]: true
  readonly text: string
}

/** What can be in an element: text, elements, or nothing, which leaves it out. */
export type XmlContent = string | number | boolean | Xml | undefined | readonly XmlContent[]

/**
 * An element. Text is escaped so that it's read back exactly, a carriage return included.
 * An element whose only content is `undefined` is left out; so is one with an empty list.
 */
export function tag(name: string, content: XmlContent, attributes = ''): Xml | undefined {
  if (content === undefined || (Array.isArray(content) && content.length === 0)) return undefined
  const inner = contentText(content)
  return xml(`<${name}${attributes}>${inner}</${name}>`)
}

/** Several pieces as one. */
export function pieces(content: XmlContent): Xml {
  return xml(contentText(content))
}

function contentText(content: XmlContent): string {
  if (content === undefined) return ''
  if (typeof content === 'string') return escapeXml(content)
  if (typeof content === 'number' || typeof content === 'boolean') return String(content)
  if ('text' in content) return content.text
  return content.map(contentText).join('')
}

/**
 * Text as it must be written to be read back the same, in elements and attributes. What XML can't hold in any way (control
 * characters, half a surrogate pair) becomes U+FFFD: one such character would make all of an answer unreadable.
 */
export function escapeXml(text: string): string {
  return text.replace(UNWRITTEN, '\uFFFD').replace(/[<>&"'\r]/g, (each) => ESCAPED[each] ?? each)
}

// XML 1.0 §2.2, Char.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNWRITTEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Cs}/gu

const ESCAPED: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&#39;',
  '\r': '&#13;',
}

function xml(text: string): Xml {
  return { text } as Xml
}
