import { pieces, tag, type Xml, type XmlContent } from '../soap/write-xml.ts'
import { childrenOf, deepTextOf, textOf, type XmlElement } from '../soap/xml-element.ts'
import { core, day, time } from './message.ts'
import type { Producer } from './producer.ts'
import { type ContractVersion, PRODUCERS } from './producers.ts'
import type { Produced, Production } from './production.ts'

/** What a request asks to be narrowed to. */
export interface ProducerRequest {
  /** The patient: OID and number. */
  readonly patient: Production['patient']
  readonly units: ReadonlySet<string>
  readonly givers: ReadonlySet<string>
  /** `YYYYMMDD`, both inclusive. */
  readonly start: string | undefined
  readonly end: string | undefined
  readonly sourceSystem: string | undefined
  readonly contacts: ReadonlySet<string>
  /** Where a former answer said that more is. */
  readonly hasMoreReference: string | undefined
}

/** Who answers, and how much at a time. */
export interface Answering {
  /** HSA-id, which is the logical address too. */
  readonly system: string
  /** Items of one answer, for contracts that have pages. */
  readonly pageSize: number
}

/** Reads the request of any contract. */
export function readRequest(body: XmlElement): ProducerRequest {
  const fields = childrenOf(body)
  const named = (pattern: RegExp) => fields.filter(({ name }) => pattern.test(name))
  const inside = (element: XmlElement | undefined, ...names: readonly string[]) => {
    const found = element && childrenOf(element).find(({ name }) => names.includes(name))
    return found && deepTextOf(found).trim()
  }
  const id = (element: XmlElement) => inside(element, 'extension') ?? textOf(element).trim()
  const [period] = named(/^(date|time)Period$/)
  const [patient] = named(/^patientId$/)
  const [more] = named(/^hasMoreReference$/)
  return {
    patient: {
      root: inside(patient, 'root', 'type') ?? '',
      extension: inside(patient, 'extension', 'id') ?? '',
    },
    units: new Set(named(/^careUnit/).map(id)),
    givers: new Set(named(/^(careGiver|healthcareProvider)/).map(id)),
    start: inside(period, 'start'),
    end: inside(period, 'end'),
    sourceSystem: named(/^sourceSystem/).map(id)[0],
    contacts: new Set(named(/^careContactId$/).map(id)),
    hasMoreReference: more && textOf(more).trim(),
  }
}

/** The answer to a request. */
export function answer(
  version: ContractVersion,
  production: Production,
  request: ProducerRequest,
  { system, pageSize }: Answering,
): Xml {
  const producer = PRODUCERS[version]
  const items = producer.items(production).filter((each) => fits(each, request, production))
  const page = version === 'GetCareDocumentation:3' ? pageOf(items, request, pageSize) : { items }
  if (!page) return refusal(version)
  const more =
    page.last === undefined
      ? undefined
      : tag('urn:hasMore', [tag('urn:logicalAddress', system), tag('urn:reference', page.last)])
  return write(version, producer, [
    page.items.map((each) => tag(`urn:${producer.item}`, each.content)),
    more,
    resultOf(producer.result, false),
  ])
}

interface Page {
  readonly items: readonly Produced<XmlContent>[]
  /** Where the next page goes on: after whom. */
  readonly last?: string | undefined
}

/**
 * From the oldest, so that what is written between two pages comes after, and a page goes on after the one that ended the last:
 * what is hidden meanwhile moves nothing past it. `undefined` for a reference that leads nowhere, which isn't the first page.
 */
function pageOf(
  items: readonly Produced<XmlContent>[],
  { hasMoreReference }: ProducerRequest,
  pageSize: number,
): Page | undefined {
  const sorted = items.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
  const before = hasMoreReference ?? ''
  if (hasMoreReference !== undefined && !/^\d{14}\.\S+$/.test(before)) return undefined
  const from = sorted.findIndex((each) => hasMoreReference === undefined || placeOf(each) > before)
  const page = from < 0 ? [] : sorted.slice(from, from + pageSize)
  const last = page.at(-1)
  const isMore = last !== undefined && from + pageSize < sorted.length
  return { items: page, last: isMore ? placeOf(last) : undefined }
}

/** `20260301083000.17`: when it is from, and its id. */
const placeOf = ({ at, resource }: Produced<XmlContent>) => `${time(at)}.${resource.id}`

/** The answer to a request that can't be answered, as the contract has it: with a result, or with nothing. */
export function refusal(version: ContractVersion): Xml {
  const producer = PRODUCERS[version]
  return write(version, producer, [resultOf(producer.result, true)])
}

function write(version: ContractVersion, producer: Producer, content: XmlContent): Xml {
  const [operation, major] = version.split(':')
  const { domain, coreMajor = major, later } = producer
  const namespaces = [
    ` xmlns:urn="urn:riv:${domain}:${operation}Responder:${major}"`,
    ` xmlns:core="urn:riv:${domain}:${coreMajor}"`,
    later === undefined ? '' : ` xmlns:later="urn:riv:${domain}:${later}"`,
  ].join('')
  const name = `urn:${operation}Response`
  return tag(name, content, namespaces) ?? pieces(undefined)
}

function fits(
  { resource, contact, at }: Produced<XmlContent>,
  { units, givers, contacts, start, end }: ProducerRequest,
  production: Production,
): boolean {
  const on = day(at) ?? ''
  if (units.size > 0 && !units.has(production.unitOf(resource)?.hsaId ?? '')) return false
  if (givers.size > 0 && !givers.has(production.providerOf(resource)?.hsaId ?? '')) return false
  if (contacts.size > 0 && !contacts.has(contact ?? '')) return false
  return (start === undefined || on >= start) && (end === undefined || on <= end)
}

function resultOf(how: Producer['result'], refused: boolean): Xml | undefined {
  const code = refused ? 'ERROR' : 'OK'
  if (how === 'none') return undefined
  if (how === 'text') {
    const text = refused ? core('resultText', 'Felaktig begäran') : undefined
    return tag('urn:result', [core('resultCode', code), text])
  }
  const field = (name: string, text: string | undefined) =>
    how === 'own' ? core(name, text) : tag(`later:${name}`, text)
  const fields = [
    field('resultCode', code),
    field('errorCode', refused ? 'INVALID_REQUEST' : undefined),
    field('logId', crypto.randomUUID()),
    field('message', refused ? 'Felaktig begäran' : undefined),
  ]
  return tag(how === 'own' ? 'urn:result' : 'later:result', fields)
}
