import type { Observation } from 'fhir/r4'
import {
  isShown,
  isWords,
  markOf,
  nameOf,
  type ResultRow,
  resultRows,
  seriesOf,
  takenAt,
  valueText,
} from './results.ts'

/** One sampling: a column of the grid. */
export interface Sampling {
  /** As FHIR tells it. */
  readonly at: string
  /** Of one of its answers. */
  readonly id: string
}

/** A value in its place, with its mark. */
export interface Cell {
  readonly text: string
  readonly mark: ResultRow['mark']
}

/** Analyses down, samplings across, newest first. */
export interface ResultGrid {
  readonly samplings: readonly Sampling[]
  readonly rows: readonly {
    readonly row: ResultRow
    readonly cells: readonly (Cell | undefined)[]
  }[]
}

/** An answer in words, which needs room of its own. */
export interface WordAnswer {
  readonly id: string
  readonly name: string
  readonly text: string
  readonly at: string
  readonly by: string
}

/** Answers that are not numbers, such as cultures: newest first. */
export function wordAnswers(observations: readonly Observation[]): WordAnswer[] {
  return observations
    .filter((each) => isShown(each) && isWords(each))
    .map((each) => ({
      id: each.id ?? '',
      name: nameOf(each),
      text: valueText(each),
      at: each.issued ?? takenAt(each),
      by: each.performer?.[0]?.display ?? '',
    }))
}

/** A grid of all numeric answers. Two values of one analysis in the same sampling both stand in its cell. */
export function resultGrid(observations: readonly Observation[]): ResultGrid {
  const shown = observations.filter((each) => isShown(each) && !isWords(each))
  const times = [...new Set(shown.map(takenAt))].sort((a, b) => Date.parse(b) - Date.parse(a))
  const series = seriesOf(shown)
  const ids = new Map(shown.map((each) => [takenAt(each), each.id ?? '']))
  return {
    samplings: times.map((at) => ({ at, id: ids.get(at) ?? '' })),
    rows: resultRows(shown).map((row) => {
      const byTime = Map.groupBy(series.get(row.key) ?? [], takenAt)
      return { row, cells: times.map((at) => cellOf(byTime.get(at))) }
    }),
  }
}

/** The grid in parts of so many samplings, each with the analyses that have an answer in it. */
export function inWidthsOf({ samplings, rows }: ResultGrid, width: number): ResultGrid[] {
  return samplings.flatMap((_, from) => {
    if (from % width !== 0) return []
    const part = rows.map(({ row, cells }) => ({ row, cells: cells.slice(from, from + width) }))
    return {
      samplings: samplings.slice(from, from + width),
      rows: part.filter(({ cells }) => cells.some((cell) => cell !== undefined)),
    }
  })
}

function cellOf(observations: readonly Observation[] | undefined): Cell | undefined {
  if (!observations) return undefined
  return {
    text: observations.map(valueText).join(' / '),
    mark: observations.map(markOf).find((mark) => mark !== undefined),
  }
}
