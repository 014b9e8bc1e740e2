import { Problem } from './fhir/problem.ts'
import type { Karna } from './karna.ts'
import type { Piece } from './law/national-services.ts'
import { holdersOfNumber } from './law/patients-with-number.ts'
import type { SecurityAnswers, SecurityQuestion } from './law/security-answers.ts'
import type { NationalSettings } from './national.ts'
import { addressed, ourSystems, requireCaller, systemAccess } from './our-systems.ts'
import type { AccessingActor } from './systems/rivta/national/accessing-actor.ts'
import {
  type BlockQuestion,
  checkBlocksAnswerer,
  type InformationEntity,
} from './systems/rivta/national/check-blocks.ts'
import { checkConsentAnswerer } from './systems/rivta/national/check-consent.ts'
import type { Answerer } from './systems/rivta/national/national-service.ts'
import type { Caller } from './systems/rivta/soap/soap-server.ts'

type Question = Pick<BlockQuestion, 'actor' | 'patient'>

/**
 * CheckBlocks and CheckConsent for the records that we keep: asked of the region that a care provider's records are in, by
 * who has an agreement. What isn't of a care provider of ours is told as such: nobody here knows of its blocks.
 */
export function securityAnswerers(
  { live }: Pick<Karna, 'live'>,
  settings: NationalSettings,
): readonly Answerer[] {
  /** What a region answers by, of each patient there with the number. */
  const questionsIn = async (
    region: string,
    provider: string,
    { actor, patient }: Question,
    { certificate }: Caller,
  ) => {
    const { name } = requireCaller(settings, certificate)
    const open = live.open(region)
    if (!open) throw new Problem('transient', 'Regionen är inte ansluten')
    const who = { region, user: certificate ?? '', userName: name, unit: region, provider }
    const asker = systemAccess(who, 'CheckBlocks')
    const reader = { ...asker, kind: 'staff', role: 'doctor', ...readerOf(actor) } as const
    const known = await holdersOfNumber(open.system, patient.extension, patient.root)
    return known.map((each) => ({
      answers: open.security,
      asked: { asker, reader, patient: each },
    }))
  }
  return [
    checkBlocksAnswerer({
      async check(question, caller, to) {
        addressed(settings, to)
        requireCaller(settings, caller.certificate)
        const byProvider = Map.groupBy(question.entities, ({ provider }) => provider)
        const blocked = new Map<InformationEntity, boolean>()
        for (const [provider, entities] of byProvider) {
          const region = regionOf(settings, provider)
          if (region === undefined) continue
          const asked = await questionsIn(region, provider, question, caller)
          const found = await areBlocked(asked, entities)
          for (const [at, entity] of entities.entries()) blocked.set(entity, found[at] ?? true)
        }
        return question.entities.map((each) => blocked.get(each))
      },
    }),
    checkConsentAnswerer({
      async check(question, caller, to) {
        const { region, providers } = addressed(settings, to)
        const found = await Promise.all(
          providers.map(async (provider) => {
            const [first] = await questionsIn(region, provider, question, caller)
            return first ? first.answers.consentFor(first.asked, provider) : 'none'
          }),
        )
        // One answer for all of them: what holds for each.
        const weakest = (['none', 'Emergency'] as const).find((each) => found.includes(each))
        return weakest ?? 'Consent'
      },
    }),
  ]
}

interface Asked {
  readonly answers: SecurityAnswers
  readonly asked: SecurityQuestion
}

/** What is blocked for any of those who have the number. Of whom nobody knows, nothing is. */
async function areBlocked(
  questions: readonly Asked[],
  entities: readonly InformationEntity[],
): Promise<readonly boolean[]> {
  const found = await Promise.all(
    questions.map(({ answers, asked }) =>
      answers.areBlocked(
        asked,
        entities.map((each) => pieceOf(each, asked.patient)),
      ),
    ),
  )
  return entities.map((_, at) => found.some((each) => each[at] ?? true))
}

const regionOf = (settings: NationalSettings, provider: string) =>
  ourSystems(settings).find(({ providers }) => providers.includes(provider))?.region

const readerOf = ({ employee, provider, unit }: AccessingActor) => ({
  user: employee,
  provider,
  unit,
})

const KINDS = { lak: 'drugs', upp: 'alerts' } as const

function pieceOf({ start, end, unit, provider, type }: InformationEntity, patient: string): Piece {
  const kind = type === undefined ? undefined : KINDS[type]
  return { patient, unit, provider, kind, from: Date.parse(start), to: Date.parse(end) + 1 }
}
