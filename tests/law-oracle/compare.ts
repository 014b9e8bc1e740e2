import { type Cell, cellsFrom } from './cells.ts'
import { type Break, createBench, type Question } from './judge-cell.ts'
import { maySee, mayWrite } from './oracle.ts'

/** What a comparison of the law with the oracle came to. */
export interface Comparison {
  readonly cells: number
  readonly shown: number
  /** Shown by the law and not by the statutes. */
  readonly leaks: number
  /** The other way round. */
  readonly wrongfulDenials: number
  /** The first that differed, to be looked at. */
  readonly first: Cell | undefined
}

const QUESTIONS: readonly Question[] = ['read', 'search', 'write']

/** Asks the law and the oracle about the same cells: read, search and write in turn. */
export async function compare(seed: number, cells: number, broken?: Break): Promise<Comparison> {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0 // half of the cells are refused, and nobody reads where: half of the time
  try {
    return await compareAll(seed, cells, broken)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

async function compareAll(
  seed: number,
  cells: number,
  broken: Break | undefined,
): Promise<Comparison> {
  const next = cellsFrom(seed)
  const law = createBench(broken)
  let [shown, leaks, wrongfulDenials] = [0, 0, 0]
  let first: Cell | undefined
  for (let index = 0; index < cells; index++) {
    const cell = next()
    const question = QUESTIONS[index % QUESTIONS.length] ?? 'read'
    if (question === 'write' && cell.entry.type === 'Patient') continue
    const byLaw = await law(cell, question)
    const byStatute = statutes(cell, question)
    if (byStatute) shown++
    if (byLaw && !byStatute) leaks++
    if (!byLaw && byStatute) wrongfulDenials++
    if (byLaw !== byStatute) first ??= cell
  }
  return { cells, shown, leaks, wrongfulDenials, first }
}

function statutes({ actor, patient, entry }: Cell, question: Question): boolean {
  return question === 'write' ? mayWrite(actor, patient, entry.type) : maySee(actor, patient, entry)
}
