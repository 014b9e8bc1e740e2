import PDFDocument from 'pdfkit'
import type { ExtractRow, LogExtract } from '../law/log-reading/extract.ts'

const MARGIN = 50
/** Where columns begin and how wide they are, in points of an A4 page (595 wide). */
const COLUMNS = [
  { title: 'När', x: 50, width: 88 },
  { title: 'Var', x: 144, width: 122 },
  { title: 'Vem och vad', x: 272, width: 112 },
  { title: 'Vilka uppgifter och varför', x: 390, width: 155 },
] as const
const BOTTOM = 780

type Document = InstanceType<typeof PDFDocument>

/**
 * A patient's log extract on paper: A4, every row whole, the page's number of how many, and when it was printed.
 *
 * @returns the PDF; made in memory, since the last page must be known before the first is numbered
 */
export function logExtractPdf(extract: LogExtract): Promise<Buffer> {
  const document = new PDFDocument({
    size: 'A4',
    margins: { top: MARGIN, bottom: 0, left: MARGIN, right: MARGIN },
    bufferPages: true,
    lang: 'sv-SE',
    displayTitle: true,
    info: { Title: 'Utdrag ur åtkomstloggen', Creator: 'Kärna' },
  })
  const chunks: Buffer[] = []
  const done = new Promise<Buffer>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk))
    document.on('end', () => resolve(Buffer.concat(chunks)))
    document.on('error', reject)
  })
  writeTop(document, extract)
  writeTable(document, extract.rows)
  writePageNumbers(document, extract.made)
  document.end()
  return done
}

function writeTop(document: Document, extract: LogExtract): void {
  const { name, personalNumber, from, to, made, entries } = extract
  document.font('Helvetica-Bold').fontSize(18).text('Vem har läst i din journal?')
  document.moveDown(0.3).font('Helvetica').fontSize(10)
  const who = [name, personalNumber].filter((part) => part !== undefined).join(', ')
  if (who !== '') document.text(printable(who))
  const begin = from === undefined ? 'från början' : `från ${dateText(from)}`
  const end = to === undefined ? `till ${timeText(made)}` : `till ${dateText(to)}`
  document.text(`Utdrag ur åtkomstloggen ${begin} ${end}. ${entries} loggade händelser.`)
  document.moveDown(0.5)
  document.text(
    'Här ser du varje gång någon har öppnat, skrivit i eller försökt öppna din journal: när, på vilken enhet, ' +
      'vilket slags uppgifter det gällde och varför. Det som gjordes i ett sammanhang står på en rad. Om något ser ' +
      'konstigt ut kan du kontakta vårdgivaren, som är skyldig att kontrollera det (patientdatalagen 4 kap. 3 § och 8 kap. 5 §).',
  )
  document.moveDown(1)
}

function writeTable(document: Document, rows: readonly ExtractRow[]): void {
  writeHead(document)
  if (rows.length === 0) document.text('Ingen har öppnat journalen under tiden.', MARGIN)
  for (const row of rows) {
    const cells = cellsOf(row)
    document.font('Helvetica').fontSize(9)
    const height = Math.max(
      ...cells.map((cell, index) =>
        document.heightOfString(cell, { width: COLUMNS[index]?.width ?? 0 }),
      ),
    )
    if (document.y + height > BOTTOM) {
      document.addPage()
      writeHead(document)
    }
    const top = document.y
    for (const [index, cell] of cells.entries()) {
      const { x, width } = COLUMNS[index] ?? COLUMNS[0]
      document.font('Helvetica').fontSize(9).text(cell, x, top, { width })
    }
    const under = top + height + 4
    document.moveTo(MARGIN, under).lineTo(545, under).lineWidth(0.4).stroke('#bbbbbb')
    document.y = under + 4
  }
}

function writeHead(document: Document): void {
  const top = document.y
  document.font('Helvetica-Bold').fontSize(9)
  for (const { title, x, width } of COLUMNS) document.text(title, x, top, { width })
  document.y = top + 14
  document.moveTo(MARGIN, document.y).lineTo(545, document.y).lineWidth(0.8).stroke('#000000')
  document.y += 4
}

function cellsOf(row: ExtractRow): readonly string[] {
  const { from, to, unit, provider, who, did, kinds, why } = row
  const time = sameMinute(from, to) ? timeText(from) : `${timeText(from)} till ${timeText(to)}`
  const place = unit === provider ? unit : `${unit}\n${provider}`
  const what = kinds.length > 0 ? `${kinds.join(', ')}\n` : ''
  return [time, place, `${who}\n${did}`, `${what}${why}`].map(printable)
}

function writePageNumbers(document: Document, made: number): void {
  const { start, count } = document.bufferedPageRange()
  for (let page = 0; page < count; page++) {
    document.switchToPage(start + page)
    document.font('Helvetica').fontSize(8)
    document.text(`Utskrivet ${timeText(made)}`, MARGIN, 805, { lineBreak: false })
    document.text(`Sida ${page + 1} av ${count}`, 445, 805, { width: 100, align: 'right' })
  }
}

const sameMinute = (a: number, b: number) => timeText(a) === timeText(b)

const format = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm', ...options })
const TIME = format({ dateStyle: 'short', timeStyle: 'short' })
const DATE = format({ dateStyle: 'short' })

const timeText = (time: number) => TIME.format(time)
const dateText = (time: number) => DATE.format(time)

/** The letters that PDF's standard fonts have (Windows-1252) as they are; of others what is under their marks: `Łukasz` → `Lukasz`. */
function printable(text: string): string {
  return text.replace(/[^\n\x20-\x7e\xa0-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/gu, (letter) => {
    const bare = LETTERS[letter] ?? letter.normalize('NFD').replace(/\p{M}/gu, '')
    return /^[\x20-\x7e\xa0-\xff]+$/.test(bare) ? bare : '*'
  })
}

const LETTERS: Readonly<Record<string, string>> = {
  Ł: 'L',
  ł: 'l',
  Đ: 'D',
  đ: 'd',
  ı: 'i',
  Ħ: 'H',
  ħ: 'h',
  Ŧ: 'T',
  ŧ: 't',
}
