import { Problem } from '../../../fhir/problem.ts'
import type { Fields } from '../mapping/fields.ts'
import type { PatientNumber } from '../sealed-id.ts'
import type { Caller } from '../soap/soap-server.ts'
import type { XmlContent } from '../soap/write-xml.ts'
import {
  type AccessingActor,
  actorFields,
  patientFields,
  readActor,
  readPatient,
} from './accessing-actor.ts'
import {
  type Answerer,
  askService,
  type NationalService,
  needed,
  type Operation,
  own,
  typed,
} from './national-service.ts'

/** CheckBlocks 4.0. Source: TKB informationsecurity:authorization:blocking 4.0. */
export const CHECK_BLOCKS: Operation = {
  name: 'CheckBlocks',
  responder: 'urn:riv:informationsecurity:authorization:blocking:CheckBlocksResponder:4',
  core: 'urn:riv:informationsecurity:authorization:blocking:4',
}

/** A piece of information that may be blocked: where and when it was written, and of which exempt kind it is. */
export interface InformationEntity {
  /** ISO 8601 with offset. */
  readonly start: string
  readonly end: string
  /** HSA-ids. */
  readonly unit: string
  readonly provider: string
  /** `lak`: medication, `upp`: alerts. */
  readonly type?: 'lak' | 'upp'
}

export interface BlockQuestion {
  readonly actor: AccessingActor
  readonly patient: PatientNumber
  readonly entities: readonly InformationEntity[]
}

/** Whether each entity is blocked for the actor, in their order. */
export type CheckBlocks = (question: BlockQuestion) => Promise<readonly boolean[]>

/**
 * A client of the block service (spärrtjänst).
 *
 * @throws Problem `transient` unless it answered for every entity: what isn't answered for must be taken as blocked
 *   (PDL 4:4)
 */
export function createCheckBlocks(service: NationalService): CheckBlocks {
  return async ({ actor, patient, entities }) => {
    if (entities.length === 0) return []
    const answer = await askService(service, CHECK_BLOCKS, [
      own('accessingActor', actorFields(actor)),
      own('patientId', patientFields(patient)),
      entities.map((entity, row) => own('informationEntities', entityFields(entity, row + 1))),
    ])
    const result = answer.group('checkBlocksResult')
    const code = result?.group('result')?.text('resultCode')?.trim()
    const rows = new Map(
      (result?.groups('checkResults') ?? []).map((row) => [
        row.text('rowNumber')?.trim(),
        row.text('status')?.trim(),
      ]),
    )
    return entities.map((_, at) => isBlocked(code, rows.get(String(at + 1))))
  }
}

function isBlocked(code: string | undefined, status: string | undefined): boolean {
  const isAnswered = (code === 'OK' || code === 'INFO') && (status === 'OK' || status === 'BLOCKED')
  if (!isAnswered) throw new Problem('transient', 'The block service did not answer for all')
  return status === 'BLOCKED'
}

function entityFields(
  { start, end, unit, provider, type }: InformationEntity,
  row: number,
): XmlContent {
  return [
    typed('informationStartDate', start),
    typed('informationEndDate', end),
    typed('informationCareUnitId', unit),
    typed('informationCareProviderId', provider),
    typed('informationType', type),
    typed('rowNumber', row),
  ]
}

/** What decides: the law, for our own provider. */
export interface CheckBlocksParts {
  /** For each entity whether it's blocked; `undefined` for one of a care provider that isn't answered for. */
  readonly check: (
    question: BlockQuestion,
    caller: Caller,
    to: string | undefined,
  ) => Promise<readonly (boolean | undefined)[]>
}

/** CheckBlocks as a provider. A row that can't be read is answered as such, the others as usual. */
export function checkBlocksAnswerer({ check }: CheckBlocksParts): Answerer {
  return {
    operation: CHECK_BLOCKS,
    async answer(request, caller, to) {
      const actor = readActor(request.group('accessingActor'))
      const patient = readPatient(request.group('patientId'))
      const rows = request.groups('informationEntities').map((fields) => ({
        row: needed(fields, 'rowNumber'),
        entity: readEntity(fields),
      }))
      const entities = rows.flatMap(({ entity }) => entity ?? [])
      const blocked = await check({ actor, patient, entities }, caller, to)
      if (blocked.length !== entities.length) throw new Error('each entity is answered for')
      const byEntity = new Map(entities.map((entity, at) => [entity, blocked[at]]))
      const status = (entity: InformationEntity | undefined) => {
        const isBlocked = entity && byEntity.get(entity)
        if (isBlocked === undefined) return 'VALIDATIONERROR'
        return isBlocked ? 'BLOCKED' : 'OK'
      }
      return own('checkBlocksResult', [
        typed('result', typed('resultCode', 'OK')),
        rows.map(({ row, entity }) =>
          typed('checkResults', [typed('status', status(entity)), typed('rowNumber', row)]),
        ),
      ])
    },
  }
}

function readEntity(fields: Fields): InformationEntity | undefined {
  const time = (name: string) =>
    fields.value(name, (text) => (Number.isNaN(Date.parse(text)) ? undefined : text))
  const [start, end] = [time('informationStartDate'), time('informationEndDate')]
  const unit = fields.text('informationCareUnitId')?.trim()
  const provider = fields.text('informationCareProviderId')?.trim()
  if (start === undefined || end === undefined || unit === undefined || provider === undefined) {
    return undefined
  }
  const type = fields.text('informationType')?.trim()
  return { start, end, unit, provider, ...((type === 'lak' || type === 'upp') && { type }) }
}
