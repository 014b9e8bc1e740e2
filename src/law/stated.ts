import type { HsaId } from '../fhir/sight.ts'
import type { Access } from './access.ts'
import { decisionOf } from './decision.ts'
import type { Facts, PatientFacts } from './facts.ts'
import { relationOf } from './rules/care-relation.ts'
import { otherProviders } from './shared-records.ts'

/**
 * What the reading care provider answers for when it asks another for records: that there is a current patient relation, and
 * on what ground each provider's records have been opened. Source: lag 2022:913 3 kap. 1, 3 and 6 §§.
 */
export interface Stated {
  readonly relation: boolean
  readonly openings: readonly {
    readonly provider: HsaId
    readonly ground: 'consent' | 'emergency' | 'incapacity'
  }[]
}

/** What is known here of this user and patient, to be told where the records are kept. */
export function statedOf(access: Access, facts: PatientFacts): Stated {
  const openings = otherProviders(access, facts).flatMap(({ provider, reach, ground }) =>
    reach === 'content' && ground !== 'none' ? [{ provider, ground }] : [],
  )
  return { relation: relationOf(access, facts) !== undefined, openings }
}

/**
 * The facts of who keeps the records, with what the reading provider states about one of the patients. The keeper's own
 * blocks stay: what the patient has closed to other providers no statement opens (2:3).
 */
export function withStated(
  facts: Facts,
  { unit, user }: Access,
  { patient, stated }: { readonly patient: string | undefined; readonly stated: Stated },
): Facts {
  const informed = (known: PatientFacts): PatientFacts => {
    if (known.patient !== patient) return { ...known, careRelations: [] }
    return {
      ...known,
      careRelations: stated.relation ? [unit] : [],
      decisions: [
        // What was decided here about a member of staff is about our own: another provider's users are judged by what it states.
        ...known.decisions.filter(({ person }) => person !== user),
        ...stated.openings.flatMap(({ provider, ground }) => [
          decisionOf('opening', { id: 'stated', person: user, unit, provider, ground, step: 2 }),
          ...(ground === 'consent'
            ? [decisionOf('consent', { id: 'stated', recipient: unit, provider })]
            : []),
        ]),
      ],
    }
  }
  return {
    ...facts,
    of: async (id) => informed(await facts.of(id)),
    ofMany: async (ids) => (await facts.ofMany(ids)).map(informed),
    patientsOf: async () => [],
  }
}
