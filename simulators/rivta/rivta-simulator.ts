import type { ServerResponse } from 'node:http'
import type { FhirResource } from 'fhir/r4'
import { Problem } from '../../src/fhir/problem.ts'
import { answer, readRequest, refusal } from '../../src/systems/rivta/provide/answer.ts'
import { answerPing, isPing } from '../../src/systems/rivta/provide/answer-ping.ts'
import {
  type ContractVersion,
  isContractVersion,
} from '../../src/systems/rivta/provide/producers.ts'
import type { PatientNumber } from '../../src/systems/rivta/sealed-id.ts'
import type { Envelope } from '../../src/systems/rivta/soap/envelope.ts'
import type { TlsOptions } from '../../src/systems/rivta/soap/soap-client.ts'
import { type SoapServer, startSoapServer } from '../../src/systems/rivta/soap/soap-server.ts'
import type { Xml } from '../../src/systems/rivta/soap/write-xml.ts'
import type { XmlElement } from '../../src/systems/rivta/soap/xml-element.ts'
import { productionOf } from './demo-production.ts'
import { type DemoRecords, numberOf, readDemoRecords } from './demo-records.ts'
import { encodeWindows1252, WINDOWS_1252 } from './encode-text.ts'
import { type FaultMode, SLOW } from './faults.ts'
import type { Database, ProductProfile } from './profile.ts'

/** A running product: where its databases are asked, and how it is made to go wrong. */
export interface RivtaSimulator {
  readonly sources: readonly SimulatedSource[]
  readonly records: DemoRecords
  /** Makes a source (all, if none is named) go wrong from now on, for one contract or all. */
  setFault(mode: FaultMode, where?: { source?: string; contract?: string }): void
  /** What was asked, in its order: `GetDiagnosis:2@SE…`. Never whose. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

export interface SimulatedSource {
  readonly name: string
  readonly logicalAddress: string
  readonly url: string
  readonly contracts: readonly ContractVersion[]
  readonly keptIn?: 'windows-1252'
}

/** Starts a product filled with demo records (docs/demo-data.md), on real sockets on 127.0.0.1. */
export async function startRivtaSimulator(
  profile: ProductProfile,
  resources: Iterable<FhirResource>,
  tls?: TlsOptions,
): Promise<RivtaSimulator> {
  const records = readDemoRecords(resources)
  const faults: { mode: FaultMode; source?: string; contract?: string }[] = []
  const asked: string[] = []
  const started = await Promise.all(
    (await profile.databases(records)).map(async (database) => {
      const faultOf = (contract: string) =>
        faults.findLast(
          (fault) =>
            (fault.source ?? database.name) === database.name &&
            (fault.contract ?? contract) === contract,
        )?.mode ?? 'none'
      const server = await startDatabase({ profile, records, database, faultOf, asked, tls })
      return { database, server }
    }),
  )
  return {
    records,
    asked,
    sources: started.map(({ database, server }) => ({
      name: database.name,
      logicalAddress: database.hsaId,
      url: server.url,
      contracts: profile.contracts,
      ...(profile.texts === WINDOWS_1252 && { keptIn: 'windows-1252' as const }),
    })),
    setFault: (mode, where = {}) => {
      faults.push({ mode, ...where })
    },
    async close() {
      await Promise.all(started.map(({ server }) => server.close()))
      for (const { database } of started) database.close()
    },
  }
}

interface DatabaseParts {
  readonly profile: ProductProfile
  readonly records: DemoRecords
  readonly database: Database
  readonly faultOf: (contract: string) => FaultMode
  readonly asked: string[]
  /** With it, mutual TLS. */
  readonly tls: TlsOptions | undefined
}

function startDatabase(parts: DatabaseParts): Promise<SoapServer> {
  return startSoapServer({
    maxBytes: 100_000,
    ...(parts.tls && { tls: parts.tls }),
    async handle(request) {
      parts.asked.push(`${versionOf(request.body)}@${parts.database.hsaId}`)
      return respond(parts, request, parts.faultOf(request.body.name))
    },
    send(response, status, xml, request) {
      const mode = request ? parts.faultOf(request.body.name) : 'none'
      send(parts.profile, response, status, xml, mode)
    },
  })
}

async function respond(parts: DatabaseParts, request: Envelope, mode: FaultMode): Promise<Xml> {
  const { body, logicalAddress } = request
  if (mode === 'slow') await new Promise((resolve) => setTimeout(resolve, SLOW).unref())
  if (mode === 'hung') await new Promise(() => {})
  if (mode === 'fault') {
    throw new Problem('transient', 'Tekniskt fel. Logg-id: 0b5b8a3e-7c0d-4c7e-9a55-0b6f6f0f2a11')
  }
  if (logicalAddress !== parts.database.hsaId) {
    throw new Problem('invalid', 'Den logiska adressen är inte detta system')
  }
  if (isPing(body)) {
    const { product, version } = parts.profile
    return answerPing(`${product} ${version}`, Date.now())
  }
  const version = versionOf(body)
  if (!isContractVersion(version) || !parts.profile.contracts.includes(version)) {
    throw new Problem('invalid', 'Tjänstekontraktet stöds inte')
  }
  const { hsaId } = parts.database
  const { pageSize } = parts.profile
  const asked = readRequest(body)
  if (mode === 'error' || (asked.sourceSystem ?? hsaId) !== hsaId) return refusal(version)
  const production = productionOf(
    parts,
    mode === 'lying' ? another(parts, asked.patient) : asked.patient,
  )
  return answer(version, production, asked, { system: hsaId, pageSize })
}

/** `GetDiagnosis:2`, by the name and namespace of what was asked. */
function versionOf({ name, namespace }: XmlElement): string {
  return `${name}:${namespace.split(':').at(-1)}`
}

/** Somebody else than who was asked about: how a lying source answers. */
function another({ records }: DatabaseParts, patient: PatientNumber): PatientNumber {
  const other = records.patients.find((each) => numberOf(each) !== patient.extension)
  return { ...patient, extension: (other && numberOf(other)) ?? '' }
}

function send(
  profile: ProductProfile,
  response: ServerResponse,
  status: 200 | 500,
  xml: string,
  mode: FaultMode,
): void {
  if (mode === 'down') return void response.destroy()
  if (mode === 'garbage') return void response.writeHead(200).end('<html>Underhåll pågår</html>')
  const bytes = profile.charset === 'utf-8' ? Buffer.from(xml) : encodeWindows1252(xml)
  response.writeHead(status, { 'Content-Type': `text/xml; charset=${profile.charset}` })
  response.end(mode === 'truncated' ? bytes.subarray(0, bytes.length / 2) : bytes)
}
