const ATTRIBUTES: ReadonlySet<string> = new Set(
  `abbr accesskey align alt axis bgcolor border cellpadding cellspacing char charoff charset cite class clear color
  cols colspan compact coords datetime dir face frame headers height href hreflang hspace id ismap lang longdesc name
  noshade nowrap rel rev rows rowspan rules scope shape size span src start style summary tabindex target title type
  usemap valign value vspace width xml:lang xml:space`.split(/\s+/),
)

/** Attributes that name a resource to fetch or go to. */
const ADDRESSES: ReadonlySet<string> = new Set(['href', 'src', 'cite', 'longdesc', 'usemap'])

const SCHEMES: ReadonlySet<string> = new Set('http https mailto tel ftp urn cid'.split(' '))
const PICTURE = /^data:image\/(?:png|gif|jpeg|jpg|webp|bmp)[;,]/

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/** Whether an attribute of narrative can't act: run a script, load a style, or lead to one. */
export function isHarmless(element: string, name: string, value: string): boolean {
  if (!ATTRIBUTES.has(name)) return false
  if (ADDRESSES.has(name)) return isHarmlessAddress(element, value)
  return name !== 'style' || isHarmlessStyle(value)
}

/** Reads the address as a browser would, which drops white space and control characters anywhere in a scheme. */
function isHarmlessAddress(element: string, value: string): boolean {
  const decoded = decode(value)
  if (decoded === undefined) return false
  const address = decoded.replace(/[\p{Cc}\p{Cf}\p{Z}]/gu, '').toLowerCase()
  const scheme = /^([^/?#:]*):/.exec(address)?.[1]
  if (scheme === undefined || SCHEMES.has(scheme)) return true
  return element === 'img' && PICTURE.test(address)
}

/** A style may set looks but not fetch, import or compute; CSS's own escapes could hide that. */
function isHarmlessStyle(value: string): boolean {
  const style = decode(value)
    ?.replace(/\/\*.*?(?:\*\/|$)/gs, '')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .toLowerCase()
  return (
    style !== undefined && !/expression|url\s*\(|@import|behavio|binding|script:|\\/.test(style)
  )
}

/** The text with its character references read; `undefined` where one is by a name that isn't XML's own. */
function decode(text: string): string | undefined {
  if (!text.includes('&')) return text
  let known = true
  const decoded = text.replace(/&([^;]*);/g, (_, name: string) => {
    const character = ENTITIES[name] ?? byNumber(name)
    known &&= character !== undefined
    return character ?? ''
  })
  return known ? decoded : undefined
}

function byNumber(name: string): string | undefined {
  const [, hexadecimal, decimal] = /^#(?:x([0-9A-Fa-f]+)|(\d+))$/.exec(name) ?? []
  const code = hexadecimal ? Number.parseInt(hexadecimal, 16) : Number(decimal)
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}
