import type { Parameters, ParametersParameter } from 'fhir/r4'
import type { OperationAnswer } from '../law/operation.ts'
import type { CountInterval } from '../law/rules/feasibility-count.ts'

/** What an operation answers, as a Parameters. Names: docs/operations.md. */
export function operationParameters(answer: OperationAnswer): Buffer {
  const { decision, expires, blocks = [], sources = [], because = [] } = answer
  const flags = ['blocked', 'otherUnits', 'otherProviders', 'otherProvidersBlocked'] as const
  return toBuffer([
    ...text('decision', decision),
    ...(expires === undefined
      ? []
      : [{ name: 'expires', valueInstant: new Date(expires).toISOString() }]),
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
  ])
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
