import { Problem } from '../../../fhir/problem.ts'
import { readXml } from './read-xml.ts'
import { escapeXml, type Xml } from './write-xml.ts'
import { childOf, childrenOf, deepTextOf, textOf, type XmlElement } from './xml-element.ts'

/** SOAP 1.1. https://www.w3.org/TR/2000/NOTE-SOAP-20000508/ */
export const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/'
/** Where RIV-TA 2.1 has its header. Source: RIV Tekniska Anvisningar Basic Profile 2.1, itintegration_registry_1.0.xsd. */
const REGISTRY = 'urn:riv:itintegration:registry:1'

/** A message: to whom it is addressed, and the one element of its body. */
export interface Envelope {
  /** HSA-id of the system the message is for; `undefined` in answers. */
  readonly logicalAddress: string | undefined
  readonly body: XmlElement
}

/** Why a request was not answered. Sources: SOAP 1.1 §4.4; TKB 1.6: never patient data, but a log id. */
export interface Fault {
  readonly code: FaultCode
  /** The log id that the source gives its own operators, where it gives one. */
  readonly logId: string | undefined
}

const FAULT_CODES = ['Client', 'Server', 'MustUnderstand', 'VersionMismatch'] as const

export type FaultCode = (typeof FAULT_CODES)[number]

/** Writes a message of RIV-TA Basic Profile 2.1. */
export function writeEnvelope(body: Xml, logicalAddress: string | undefined): string {
  const header =
    logicalAddress === undefined
      ? ''
      : `<soapenv:Header><itr:LogicalAddress xmlns:itr="${REGISTRY}">${escapeXml(logicalAddress)}</itr:LogicalAddress></soapenv:Header>`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="${SOAP}">${header}<soapenv:Body>${body.text}</soapenv:Body></soapenv:Envelope>`
}

/** Writes a fault. `text` is for people and never holds patient data. */
export function writeFault(code: FaultCode, text: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="${SOAP}"><soapenv:Body><soapenv:Fault><faultcode>soapenv:${code}</faultcode><faultstring>${escapeXml(text)}</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>`
}

/**
 * Reads a message or a fault.
 *
 * @throws Problem `structure` for what isn't a SOAP 1.1 envelope with one element in its body;
 *   `not-supported` for a header that must be understood and isn't
 */
export function readEnvelope(text: string): Envelope | Fault {
  const root = readXml(text)
  if (root.name !== 'Envelope' || root.namespace !== SOAP) {
    throw new Problem('structure', 'The message is not a SOAP 1.1 envelope')
  }
  const header = childOf(root, SOAP, 'Header')
  const content = childOf(root, SOAP, 'Body')
  const [body, second] = content ? childrenOf(content) : []
  if (!body) throw new Problem('structure', 'The SOAP message has no body')
  if (second) throw new Problem('structure', 'The SOAP message has more than one body')
  if (body.name === 'Fault' && body.namespace === SOAP) return faultIn(body)
  const address = header && childOf(header, REGISTRY, 'LogicalAddress')
  if (header) refuseUnknown(header)
  return { logicalAddress: address && textOf(address).trim(), body }
}

/** Whether what was read is a fault. */
export function isFault(message: Envelope | Fault): message is Fault {
  return 'code' in message
}

function refuseUnknown(header: XmlElement): void {
  const unknown = childrenOf(header).some(
    ({ namespace, attributes }) =>
      namespace !== REGISTRY &&
      attributes.some(
        (each) =>
          each.namespace === SOAP && each.name === 'mustUnderstand' && each.value.trim() === '1',
      ),
  )
  if (unknown) throw new Problem('not-supported', 'A SOAP header that must be understood is not')
}

const UUID = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/i

/** Only what can't hold patient data is taken: sources don't always keep to the rule. */
function faultIn(fault: XmlElement): Fault {
  const code = childrenOf(fault).find(({ name }) => name === 'faultcode')
  const word = code && textOf(code).trim().split(':').at(-1)?.toLowerCase()
  return {
    code: FAULT_CODES.find((each) => each.toLowerCase() === word) ?? 'Server',
    logId: UUID.exec(deepTextOf(fault))?.[0],
  }
}
