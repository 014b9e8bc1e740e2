import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Origin } from '../../src/fhir/sight.ts'
import { covers } from '../../src/fhir/sight.ts'
import type { Access } from '../../src/law/access.ts'
import { basisOf } from '../../src/law/basis.ts'
import type { DecisionKind } from '../../src/law/decision.ts'
import type { PatientFacts } from '../../src/law/facts.ts'
import type { LegalBasis } from '../../src/law/log-entry.ts'
import { objection } from '../../src/law/rules/rules.ts'
import { sightOf } from '../../src/law/sight-of.ts'
import { cellsFrom } from './cells.ts'
import { accessOf, factsIn, resourceOf } from './judge-cell.ts'

const CELLS = 60_000

/** Who asks about what, under which facts. */
interface Situation {
  readonly access: Access
  readonly facts: PatientFacts
  readonly origin: Origin
}

function isShown({ access, facts, origin }: Situation): boolean {
  if (objection(access, facts, { action: 'read', types: [origin.type] })) return false
  return covers(sightOf(access, [facts], 'read'), origin)
}

const without = (situation: Situation, ...kinds: DecisionKind[]): Situation => ({
  ...situation,
  facts: {
    ...situation.facts,
    decisions: situation.facts.decisions.filter(({ kind }) => !kinds.includes(kind)),
  },
})
const withoutReason = (situation: Situation): Situation => ({
  ...situation,
  access: { ...situation.access, statedReason: undefined },
})
const inCare = (situation: Situation): Situation => ({
  ...situation,
  facts: { ...situation.facts, careRelations: [situation.access.unit] },
})
const nowhereInCare = (situation: Situation): Situation => ({
  ...situation,
  facts: { ...situation.facts, careRelations: [] },
})

/** What is left when what a basis names is taken away: must not be shown. */
const LESS: Readonly<Record<LegalBasis['kind'], (situation: Situation) => Situation>> = {
  relation: (all) => withoutReason(nowhereInCare(without(all, 'relation'))),
  'stated-reason': (all) => withoutReason(without(all, 'relation', 'choice')),
  'active-choice': (all) => inCare(withoutReason(without(all, 'relation', 'choice'))),
  'block-lift': (all) => without(all, 'lift'),
  consent: (all) => without(all, 'opening'),
  incapacity: (all) => without(all, 'opening'),
  emergency: (all) => without(all, 'opening'),
  'own-record': (all) => ({ ...all, access: { ...all.access, ownPatient: 'another' } as Access }),
  proxy: (all) => without(all, 'guardian', 'mandate'),
  review: () => assert.fail('nobody reads a record for review'),
}

/** What is left when what ranks above a basis is taken away: must still be shown. */
const ENOUGH: Readonly<Record<LegalBasis['kind'], (situation: Situation) => Situation>> = {
  relation: (all) => withoutReason(without(all, 'relation', 'choice', 'lift', 'opening')),
  'stated-reason': (all) => without(all, 'choice', 'lift', 'opening'),
  'active-choice': (all) => without(all, 'lift', 'opening'),
  'block-lift': (all) => without(all, 'opening'),
  consent: (all) => without(all, 'lift', 'choice'),
  incapacity: (all) => without(without(all, 'lift', 'choice'), 'consent'),
  emergency: (all) => without(without(all, 'lift', 'choice'), 'consent'),
  'own-record': (all) => without(all, 'relation', 'choice', 'lift', 'opening'),
  proxy: (all) => without(all, 'relation', 'choice', 'lift', 'opening'),
  review: () => assert.fail('nobody reads a record for review'),
}

/** A decision that is named is this user's, at this unit, and of the kind that the basis says. */
function isOwnDecision({ access, facts }: Situation, { kind, id }: LegalBasis): boolean {
  if (id === undefined || kind === 'relation') return true
  const decision = facts.decisions.find((each) => each.id === id)
  if (decision?.person !== access.user) return false
  const at = decision.kind === 'lift' ? decision.recipient : decision.unit
  return at === access.unit
}

describe('what the log says that a disclosure rests on (PDL 4:3)', () => {
  test(`is what it needs, and all that it needs, in ${CELLS} cells`, () => {
    const next = cellsFrom(43)
    const seen = new Map<LegalBasis['kind'], number>()
    for (let index = 0; index < CELLS; index++) {
      const { actor, patient, entry } = next()
      const situation: Situation = {
        access: accessOf(actor),
        facts: factsIn(patient, patient.name),
        origin: resourceOf(entry).origin,
      }
      if (!isShown(situation)) continue
      const basis = basisOf(situation.access, situation.facts, [situation.origin])
      const told = JSON.stringify({ basis, actor, patient, entry })
      assert.ok(basis, told)
      assert.equal(isShown(LESS[basis.kind](situation)), false, `shown without it: ${told}`)
      assert.equal(isShown(ENOUGH[basis.kind](situation)), true, `needs more: ${told}`)
      assert.ok(isOwnDecision(situation, basis), `not this user’s: ${told}`)
      seen.set(basis.kind, (seen.get(basis.kind) ?? 0) + 1)
    }
    for (const kind of Object.keys(LESS) as LegalBasis['kind'][]) {
      if (kind !== 'review') assert.ok((seen.get(kind) ?? 0) > 20, `${kind}: ${seen.get(kind)}`)
    }
  })
})
