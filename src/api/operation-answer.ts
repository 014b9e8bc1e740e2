import type { Parameters, ParametersParameter } from 'fhir/r4'
import type { Decision } from '../law/decision.ts'
import type { OperationAnswer } from '../law/operation.ts'
import type { CountInterval } from '../law/rules/feasibility-count.ts'

/** What an operation answers, as a Parameters. Names: docs/operations.md. */
export function operationParameters(answer: OperationAnswer): Buffer {
  const {
    documented,
    decision,
    expires,
    blocks = [],
    sources = [],
    because = [],
    own = [],
  } = answer
  const flags = ['blocked', 'otherUnits', 'otherProviders', 'otherProvidersBlocked'] as const
  return toBuffer([
    ...text('documented', documented && `${documented.type}/${documented.id}`),
    ...text('decision', decision),
    ...instant('expires', expires),
    ...flags.flatMap((name) => {
      const value = answer[name]
      return value === undefined ? [] : [{ name, valueBoolean: value }]
    }),
    ...blocks.map(({ unit, process }) => ({
      name: 'block',
      part: [...text('unit', unit), ...text('process', process)],
    })),
    ...sources.map(({ provider, reach, blocked }) => ({
      name: 'source',
      part: [
        ...text('provider', provider),
        ...text('reach', reach),
        { name: 'blocked', valueBoolean: blocked },
      ],
    })),
    ...because.map(({ effect, paragraph, rule, basis }) => ({
      name: 'because',
      part: [
        ...text('effect', effect),
        ...text('paragraph', paragraph),
        ...text('rule', rule),
        ...text('basis', basis?.id),
      ],
    })),
    ...own.map(ownPart),
  ])
}

/** One of the user's own decisions, by which it is shown and ended. */
function ownPart({ id, kind, unit, process, provider, ground, step, expires }: Decision) {
  // A lifting names the unit that was opened; all else was decided at the user's own.
  const opened = kind === 'lift' ? unit : undefined
  return {
    name: 'own',
    part: [
      ...text('decision', id),
      ...text('kind', kind),
      ...text('ground', ground),
      ...text('unit', opened),
      ...text('process', process),
      ...text('provider', provider),
      { name: 'step', valueInteger: step },
      ...instant('expires', expires),
    ],
  }
}

function instant(name: string, at: number | undefined): ParametersParameter[] {
  return at === undefined ? [] : [{ name, valueInstant: new Date(at).toISOString() }]
}

/** `persons` from and to, both included. */
export function countParameters({ from, to }: CountInterval): Buffer {
  return toBuffer([{ name: 'persons', valueRange: { low: { value: from }, high: { value: to } } }])
}

function text(name: string, value: string | undefined): ParametersParameter[] {
  return value === undefined ? [] : [{ name, valueString: value }]
}

function toBuffer(parameter: ParametersParameter[]): Buffer {
  const parameters: Parameters = {
    resourceType: 'Parameters',
    ...(parameter.length > 0 && { parameter }),
  }
  return Buffer.from(JSON.stringify(parameters))
}
