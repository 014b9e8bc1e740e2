import { inflateSync } from 'node:zlib'

/**
 * The text of each page of a PDF that Chromium made, without white space: glyphs, by each font's own table of the
 * characters they stand for. Source: ISO 32000-1 9.4.3 (showing text) and 9.10.3 (ToUnicode)
 */
export function pdfPages(pdf: Buffer): string[] {
  const objects = objectsOf(pdf.toString('latin1'))
  const fonts = new Map<string, Map<string, string>>()
  const fontOf = (number: string) => {
    const known = fonts.get(number)
    if (known) return known
    const table = referenceOf(objects.get(number) ?? '', 'ToUnicode')
    const read = toUnicode(streamOf(objects.get(table ?? '') ?? ''))
    fonts.set(number, read)
    return read
  }
  return [...objects.values()]
    .filter((object) => /\/Type\s*\/Page\b/.test(object))
    .map((page) => {
      const content = streamOf(objects.get(referenceOf(page, 'Contents') ?? '') ?? '')
      const named = new Map(
        [...page.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', number = '']) => [
          name,
          fontOf(number),
        ]),
      )
      return shownText(content, named)
    })
}

function objectsOf(text: string): Map<string, string> {
  const found = text.matchAll(/(?:^|\n)(\d+) 0 obj\s([\s\S]*?)\nendobj/g)
  return new Map([...found].map(([, number = '', object = '']) => [number, object]))
}

const referenceOf = (object: string, key: string) =>
  new RegExp(`/${key} (\\d+) 0 R`).exec(object)?.[1]

function streamOf(object: string): string {
  const [, stream] = /stream\r?\n([\s\S]*)\r?\nendstream/.exec(object) ?? []
  if (stream === undefined) return ''
  const bytes = Buffer.from(stream, 'latin1')
  return (/FlateDecode/.test(object) ? inflateSync(bytes) : bytes).toString('latin1')
}

/** Glyphs in hexadecimal to what they stand for. */
function toUnicode(table: string): Map<string, string> {
  const glyphs = new Map<string, string>()
  for (const [, block = ''] of table.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, glyph = '', text = ''] of block.matchAll(/<(\w+)> <(\w+)>/g)) {
      glyphs.set(glyph.toUpperCase(), utf16(text))
    }
  }
  for (const [, block = ''] of table.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, from = '', to = '', text = ''] of block.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g)) {
      const first = Number.parseInt(from, 16)
      for (let glyph = first; glyph <= Number.parseInt(to, 16); glyph++) {
        const unit = Number.parseInt(text, 16) + glyph - first
        glyphs.set(hex(glyph, from.length), utf16(hex(unit, 4)))
      }
    }
  }
  return glyphs
}

const hex = (number: number, digits: number) =>
  number.toString(16).toUpperCase().padStart(digits, '0')

const utf16 = (digits: string) => Buffer.from(digits, 'hex').swap16().toString('utf16le')

function shownText(content: string, fonts: ReadonlyMap<string, ReadonlyMap<string, string>>) {
  let font: ReadonlyMap<string, string> | undefined
  let text = ''
  for (const [, name, glyphs] of content.matchAll(/\/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>/g)) {
    if (name) font = fonts.get(name)
    else {
      // A font has one size of glyph number: two bytes, or one where the font is drawn.
      const size = font?.keys().next().value?.length ?? 4
      for (const glyph of (glyphs ?? '').toUpperCase().match(new RegExp(`.{${size}}`, 'g')) ?? [])
        text += font?.get(glyph) ?? '\uFFFD'
    }
  }
  return text.replaceAll(/\s/g, '')
}
