import type { Composition, DocumentReference } from 'fhir/r4'
import { parseJson } from '../../../fhir/json/parse.ts'
import { Problem } from '../../../fhir/problem.ts'
import type { FetchBytes } from '../product-rules.ts'

const XHTML = '<div xmlns="http://www.w3.org/1999/xhtml">'

/**
 * A document as the note it is: its headings are the keywords (sökord), its text the sections', character by character.
 * A document of another kind, or of another form, is one section with its text as it stands.
 *
 * @throws Problem `invalid` for a document without content, `transient` when its content isn't had
 */
export async function noteFromDocument(
  document: DocumentReference,
  fetch: FetchBytes,
): Promise<Buffer> {
  const section = await contentOf(document, fetch)
  const title = document.type?.text ?? document.description ?? 'Anteckning'
  const [encounter] = document.context?.encounter ?? []
  const time = document.context?.period?.end
  const note: Composition = {
    resourceType: 'Composition',
    id: document.id ?? '',
    ...(document.meta && { meta: document.meta }),
    status: document.docStatus ?? 'final',
    type: document.type ?? { text: title },
    ...(document.subject && { subject: document.subject }),
    ...(encounter && { encounter }),
    date: document.date ?? time ?? '',
    author: document.author ?? [],
    title,
    ...(document.authenticator && {
      attester: [{ mode: 'professional', ...(time && { time }), party: document.authenticator }],
    }),
    section,
  }
  return Buffer.from(JSON.stringify(note))
}

async function contentOf({ content }: DocumentReference, fetch: FetchBytes): Promise<Section[]> {
  const attachment = content[0]?.attachment
  const data = attachment?.data ?? (attachment?.url && (await dataOf(attachment.url, fetch)))
  if (!data) throw new Problem('invalid', 'The document has no content')
  const text = String(Buffer.from(data, 'base64'))
  return attachment?.contentType?.startsWith('text/html') ? sectionsIn(text) : [wholeText(text)]
}

async function dataOf(url: string, fetch: FetchBytes): Promise<string | undefined> {
  const { data } = parseJson(await fetch(url)).value
  return typeof data === 'string' ? data : undefined
}

type Section = NonNullable<Composition['section']>[number]

function sectionsIn(html: string): Section[] {
  const body = /<body>([\s\S]*)<\/body>/.exec(html)?.[1] ?? html
  const [before = '', ...parts] = body.split('<h2>')
  const sections = parts.map((part): Section => {
    const [heading = '', ...rest] = part.split('</h2>')
    return {
      title: unescapeXml(heading),
      text: { status: 'additional', div: divOf(rest.join('</h2>')) },
    }
  })
  const isLoose = before.trim() !== '' || sections.length === 0
  return isLoose ? [{ text: { status: 'additional', div: divOf(before) } }, ...sections] : sections
}

function divOf(part: string): string {
  return part.startsWith(XHTML) && part.endsWith('</div>') ? part : paragraph(part)
}

const wholeText = (text: string): Section => ({
  text: { status: 'additional', div: paragraph(text) },
})

const paragraph = (text: string) => `${XHTML}<p>${escapeXml(text)}</p></div>`

const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const unescapeXml = (text: string) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
