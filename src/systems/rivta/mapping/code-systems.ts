/**
 * The code systems and identifier systems that RIV-TA names by OID, as the rest of Kärna names them, so that an app
 * finds the same code wherever it comes from. Sources: HL7 Sweden base profiles 1.1.0; Inera, OID list; docs/demo-data.md.
 * An OID that isn't here is `urn:oid:` and itself.
 */
const URI_OF: Readonly<Record<string, string>> = {
  '1.2.752.116.1.1.1.1.1': 'urn:oid:1.2.752.116.1.1.1',
  '1.2.752.116.1.1.1.1.3': 'urn:oid:1.2.752.116.1.1.1',
  '1.2.752.116.1.3.2.1.4': 'urn:oid:1.2.752.116.1.3.2',
  '1.2.752.116.2.1.1': 'http://snomed.info/sct',
  '2.16.840.1.113883.6.96': 'http://snomed.info/sct',
  '2.16.840.1.113883.6.1': 'http://loinc.org',
  '2.16.840.1.113883.5.83': 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',
  '2.16.840.1.113883.6.73': 'http://www.whocc.no/atc',
  '1.2.752.129.2.2.3.1.1': 'http://www.whocc.no/atc',
  '1.2.752.129.2.1.4.1': 'urn:oid:1.2.752.29.4.19',
}

/** HSA-id, of persons and units. Source: HL7 Sweden base profiles 1.1.0. */
export const HSA_ID = 'urn:oid:1.2.752.29.4.19'
/** How RIV-TA says HSA-id. */
export const HSA_ID_OID = '1.2.752.129.2.1.4.1'
export const PERSONAL_NUMBER_OID = '1.2.752.129.2.1.3.1'
export const COORDINATION_NUMBER_OID = '1.2.752.129.2.1.3.3'

/** Which of the two a number is: a coordination number has 60 added to its day. */
export function rootOf(number: string): string {
  return Number(number.slice(6, 8)) > 60 ? COORDINATION_NUMBER_OID : PERSONAL_NUMBER_OID
}
/** Ids that are unique within a source system. Source: Inera, OID list, "lokala objektidentiteter". */
export const LOCAL_ID = 'urn:oid:1.2.752.129.2.1.2.1'

/** The system that a RIV-TA code or id belongs to; `undefined` for what can't be written as a URI. */
export function systemOf(codeSystem: string): string | undefined {
  const text = codeSystem.trim()
  if (/^[0-2](\.(0|[1-9]\d*))+$/.test(text)) return URI_OF[text] ?? `urn:oid:${text}`
  return /^[a-z][a-z0-9+.-]*:\S+$/i.test(text) ? text : undefined
}

/** The OID that RIV-TA has for a system; `undefined` where it has none. */
export function oidOf(system: string): string | undefined {
  const [oid] = Object.entries(OIDS).find(([, uri]) => uri === system) ?? []
  return oid ?? (system.startsWith('urn:oid:') ? system.slice(8) : undefined)
}

/** Of several OIDs for a system, the one that the contracts of today use. */
const OIDS = Object.fromEntries(
  Object.entries(URI_OF).filter(
    ([oid]) =>
      !['1.2.752.116.1.1.1.1.1', '2.16.840.1.113883.6.96', '2.16.840.1.113883.6.73'].includes(oid),
  ),
)
