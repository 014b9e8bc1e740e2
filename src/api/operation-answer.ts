import type { Parameters, ParametersParameter } from 'fhir/r4'
import type { Decision } from '../law/decision.ts'
import type { LogNames } from '../law/log-reading/extract.ts'
import type { OperationAnswer } from '../law/operation.ts'
import type { CountInterval } from '../law/rules/feasibility-count.ts'

/** What the directory calls units and providers. */
type Names = Pick<LogNames, 'unit' | 'provider'>

/** What an operation answers, as a Parameters. Names: docs/operations.md. */
export function operationParameters(answer: OperationAnswer, names: Names): Buffer {
  const {
    documented,
    decision,
    expires,
    blocks = [],
    sources = [],
    because = [],
    own = [],
  } = answer
  const flags = [
    'blocked',
    'otherUnits',
    'otherProviders',
    'otherProvidersBlocked',
    'unopenedProviders',
  ] as const
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
      part: [...named('unit', unit, names.unit), ...text('process', process)],
    })),
    ...sources.map(({ provider, reach, blocked }) => ({
      name: 'source',
      part: [
        ...named('provider', provider, names.provider),
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
    ...own.map((each) => ownPart(each, names)),
  ])
}

/** One of the user's own decisions, by which it is shown and ended. */
function ownPart(decision: Decision, names: Names) {
  const { id, kind, unit, process, provider, ground, step, expires } = decision
  // A lifting names the unit that was opened; all else was decided at the user's own.
  const opened = kind === 'lift' ? unit : undefined
  return {
    name: 'own',
    part: [
      ...text('decision', id),
      ...text('kind', kind),
      ...text('ground', ground),
      ...named('unit', opened, names.unit),
      ...text('process', process),
      ...named('provider', provider, names.provider),
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

/** An HSA-id, and beside it what it is called, where that is known. */
function named(
  name: 'unit' | 'provider',
  hsaId: string | undefined,
  nameOf: (hsaId: string) => string | undefined,
): ParametersParameter[] {
  if (hsaId === undefined) return []
  return [...text(name, hsaId), ...text(`${name}Name`, nameOf(hsaId))]
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
