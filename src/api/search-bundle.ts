import { createHmac, timingSafeEqual } from 'node:crypto'
import { summaryOf } from '../fhir/definitions/summary.ts'
import { Problem } from '../fhir/problem.ts'
import type {
  CompletenessIssue,
  HistoryPage,
  SearchPage,
  StoredResource,
} from '../fhir/record-system.ts'
import type { Reduction, SearchQuery } from '../fhir/search/query.ts'
import type { Access } from '../law/access.ts'

const COMMA = Buffer.from(',')
const CLOSE = Buffer.from(']}')

/** A searchset of stored bytes, put together without reading them. https://hl7.org/fhir/R4/bundle.html#searchset */
export function searchBundle(
  base: string,
  query: SearchQuery,
  page: SearchPage,
  next: string | undefined,
): Buffer {
  const self = `${base}/${query.type}${query.text && `?${query.text}`}`
  const links = [link('self', self), ...(next ? [link('next', next)] : [])]
  const total = page.total === undefined ? '' : `"total":${page.total},`
  const head = `{"resourceType":"Bundle","type":"searchset",${total}"link":[${links.join(',')}]`
  const entries = page.hits.map(({ resource, mode }) =>
    entry(base, resource, reduced(resource.bytes, query), `,"search":{"mode":"${mode}"}`),
  )
  const issues = page.issues.map((issue) => Buffer.from(incompleteEntry(issue)))
  const ignored = (query.ignored ?? []).map((name) => Buffer.from(ignoredEntry(name)))
  return bundle(head, [...entries, ...issues, ...ignored])
}

function ignoredEntry(name: string): string {
  const text = `The parameter ${name} is not supported and was left out, as you preferred`
  return outcomeEntry([{ severity: 'warning', code: 'not-supported', details: { text } }])
}

function incompleteEntry({ source, kind, message }: CompletenessIssue): string {
  const issue = [
    {
      severity: 'warning',
      code: 'incomplete',
      details: { text: message },
      diagnostics: `${source}: ${kind}`,
    },
  ]
  return outcomeEntry(issue)
}

function outcomeEntry(issue: readonly object[]): string {
  const resource = { resourceType: 'OperationOutcome', issue }
  return JSON.stringify({ resource, search: { mode: 'outcome' } })
}

/** A history of stored bytes. https://hl7.org/fhir/R4/bundle.html#history */
export function historyBundle(
  base: string,
  path: string,
  page: HistoryPage,
  next: string | undefined,
): Buffer {
  const links = [link('self', `${base}/${path}`), ...(next ? [link('next', next)] : [])]
  const head = `{"resourceType":"Bundle","type":"history","link":[${links.join(',')}]`
  const methods = { create: 'POST', update: 'PUT', delete: 'DELETE' } as const
  const entries = page.versions.map((resource) => {
    const { key, method, version, lastUpdated } = resource
    const url = method === 'create' ? key.type : `${key.type}/${key.id}`
    const status = { create: '201', update: '200', delete: '204' }[method]
    const tail = `,"request":{"method":"${methods[method]}","url":"${url}"},"response":{"status":"${status}","etag":"W/\\"${version}\\"","lastModified":"${lastUpdated}"}`
    return entry(base, resource, resource.bytes, tail)
  })
  return bundle(head, entries)
}

function bundle(head: string, entries: readonly Buffer[]): Buffer {
  if (entries.length === 0) return Buffer.from(`${head}}`)
  const parts = entries.flatMap((each, index) => (index === 0 ? [each] : [COMMA, each]))
  return Buffer.concat([Buffer.from(`${head},"entry":[`), ...parts, CLOSE])
}

function entry(base: string, { key }: StoredResource, bytes: Buffer, tail: string): Buffer {
  const url = `{"fullUrl":"${base}/${key.type}/${key.id}"`
  if (bytes.length === 0) return Buffer.from(`${url}${tail}}`)
  return Buffer.concat([Buffer.from(`${url},"resource":`), bytes, Buffer.from(`${tail}}`)])
}

/** A resource with what was asked for of it; untouched if nothing was. */
export function reduced(bytes: Buffer, { summary, elements }: Reduction): Buffer {
  if (elements) return summaryOf(bytes, elements)
  return summary === 'true' || summary === 'text' || summary === 'data'
    ? summaryOf(bytes, summary)
    : bytes
}

const link = (relation: string, url: string) =>
  `{"relation":"${relation}","url":${JSON.stringify(url)}}`

/** Page links hold for who got them, where, and for the same question; nobody else can use or make one. */
export function createPageLinks(secret: Buffer) {
  const sign = (cursor: string, access: Access, text: string) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([cursor, access.region, access.user, access.commission, text]))
      .digest()
      .subarray(0, 16)
  return {
    wrap: (cursor: string, access: Access, text: string) =>
      `${Buffer.from(cursor).toString('base64url')}.${sign(cursor, access, text).toString('base64url')}`,
    /** @throws Problem `invalid` for a link that was changed, or that somebody else got */
    open(link: string, access: Access, text: string): string {
      const [cursor = '', signature = ''] = link.split('.')
      const plain = Buffer.from(cursor, 'base64url').toString()
      const given = Buffer.from(signature, 'base64url')
      const right = sign(plain, access, text)
      if (given.length !== right.length || !timingSafeEqual(given, right)) {
        throw new Problem('invalid', 'The page link is not valid here. Search again.')
      }
      return plain
    },
  }
}
