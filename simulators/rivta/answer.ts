import type { FhirResource } from 'fhir/r4'
import { Problem } from '../../src/fhir/problem.ts'
import { pieces, tag, type Xml, type XmlContent } from '../../src/systems/rivta/soap/write-xml.ts'
import {
  childrenOf,
  deepTextOf,
  textOf,
  type XmlElement,
} from '../../src/systems/rivta/soap/xml-element.ts'
import { core, day, type Production } from './message.ts'
import { PRODUCERS } from './producers.ts'
import type { ContractVersion } from './profile.ts'

/** One item of an answer, with what requests are narrowed by. */
export interface Produced {
  readonly resource: FhirResource
  /** When it is from, as a FHIR dateTime. */
  readonly at: string
  /** The care contact it belongs to, by the product's own id. */
  readonly contact?: string | undefined
  readonly content: XmlContent
}

/** How one version of a contract is answered. */
export interface Producer {
  /** `clinicalprocess:healthcond:description`. */
  readonly domain: string
  /** The types' version, where it isn't the contract's. */
  readonly coreMajor?: number
  readonly item: string
  /** How the result is written: in the operation's namespace, in a later one, as text alone, or not at all. */
  readonly result: 'own' | 'later' | 'text' | 'none'
  /** Further namespace declarations. */
  readonly namespaces?: string
  items(production: Production): readonly Produced[]
}

/** What a request asks to be narrowed to. */
export interface ProducerRequest {
  readonly units: ReadonlySet<string>
  readonly start: string | undefined
  readonly end: string | undefined
  readonly sourceSystem: string | undefined
  readonly contacts: ReadonlySet<string>
}

/** Reads the request of any contract; the patient is read elsewhere. */
export function readRequest(body: XmlElement): ProducerRequest {
  const fields = childrenOf(body)
  const named = (pattern: RegExp) => fields.filter(({ name }) => pattern.test(name))
  const id = (element: XmlElement) =>
    textOf(childrenOf(element).find(({ name }) => name === 'extension') ?? element).trim()
  const [period] = named(/^(date|time)Period$/)
  const within = (name: string) => {
    const found = period && childrenOf(period).find((each) => each.name === name)
    return found && deepTextOf(found).trim()
  }
  return {
    units: new Set(named(/^careUnit/).map(id)),
    start: within('start'),
    end: within('end'),
    sourceSystem: named(/^sourceSystem/).map(id)[0],
    contacts: new Set(named(/^careContactId$/).map(id)),
  }
}

/** The answer to a request. An error is answered as the contract has it: with a result, or with nothing. */
export function produce(
  version: ContractVersion,
  production: Production,
  request: ProducerRequest,
  isError: boolean,
): Xml {
  const producer = PRODUCERS[version]
  if (!producer) throw new Problem('invalid', 'Tjänstekontraktet stöds inte')
  const [operation, major] = version.split(':')
  const { domain, item, coreMajor = major, result, namespaces = '' } = producer
  const { hsaId } = production.database
  const refused = isError || (request.sourceSystem ?? hsaId) !== hsaId
  const items = refused
    ? []
    : producer.items(production).filter((each) => fits(each, request, production))
  const content = [items.map((each) => tag(`urn:${item}`, each.content)), resultOf(result, refused)]
  const own = ` xmlns:urn="urn:riv:${domain}:${operation}Responder:${major}"`
  return pieces(
    tag(
      `urn:${operation}Response`,
      content,
      `${own} xmlns:core="urn:riv:${domain}:${coreMajor}"${namespaces}`,
    ),
  )
}

function fits(item: Produced, request: ProducerRequest, { records }: Production): boolean {
  const { units, contacts, start, end } = request
  const on = day(item.at) ?? ''
  if (units.size > 0 && !units.has(records.unitOf(item.resource)?.hsaId ?? '')) return false
  if (contacts.size > 0 && !contacts.has(item.contact ?? '')) return false
  return (start === undefined || on >= start) && (end === undefined || on <= end)
}

const LOG_ID = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff'

function resultOf(how: Producer['result'], refused: boolean): Xml | undefined {
  const code = refused ? 'ERROR' : 'OK'
  if (how === 'none') return undefined
  if (how === 'text') {
    return tag('urn:result', [
      core('resultCode', code),
      (refused && core('resultText', 'Fel')) || undefined,
    ])
  }
  const field = (name: string, text: string | undefined) =>
    how === 'own' ? core(name, text) : tag(`later:${name}`, text)
  const fields = [
    field('resultCode', code),
    field('errorCode', refused ? 'INVALID_REQUEST' : undefined),
    field('logId', LOG_ID),
    field('message', refused ? 'Felaktig begäran' : undefined),
  ]
  return tag(how === 'own' ? 'urn:result' : 'later:result', fields)
}
