import type { LoggedAccess } from './logged-access.ts'
import { doneOf, kindsShown, whyOf } from './plain-words.ts'

/** What a patient is told of access to the record (loggutdrag), in plain Swedish. Source: PDL 8 kap. 5 §. */
export interface LogExtract {
  /** When it was made, milliseconds since 1970. */
  readonly made: number
  readonly patient: string
  readonly name: string | undefined
  readonly personalNumber: string | undefined
  /** [from, to), milliseconds since 1970; `undefined`: from the beginning, until now. */
  readonly from: number | undefined
  readonly to: number | undefined
  /** Newest first. Nothing is left out: what was done in one go is told in one row. */
  readonly rows: readonly ExtractRow[]
  /** How many entries of the log the rows stand for. */
  readonly entries: number
}

export interface ExtractRow {
  /** The first and last of what the row stands for, milliseconds since 1970. */
  readonly from: number
  readonly to: number
  readonly unit: string
  readonly provider: string
  /** Profession; never a name: what matters to the patient is the unit, and some staff are protected. */
  readonly who: string
  readonly did: string
  readonly kinds: readonly string[]
  readonly why: string
  readonly entries: number
}

/** What the log's HSA-ids are called. Names of units and providers; titles of people. */
export interface LogNames {
  unit(hsaId: string): string | undefined
  provider(hsaId: string): string | undefined
  title(hsaId: string): string | undefined
}

/** Accesses by the same person in the same capacity, doing the same, with no longer pause than this are one row. */
const ONE_GO = 15 * 60_000

/** @param accesses newest first */
export function extractRows(
  accesses: readonly LoggedAccess[],
  names: LogNames,
): readonly ExtractRow[] {
  const open = new Map<string, Gathering>()
  const all: Gathering[] = []
  for (const access of accesses) {
    const { by } = access
    const words = { did: doneOf(access), why: whyOf(access) }
    const key = JSON.stringify([by.person, by.session, by.unit, by.purpose, words.did, words.why])
    const there = open.get(key)
    if (there && there.from - access.at <= ONE_GO) {
      there.from = access.at
      there.entries++
      there.accesses.push(access)
    } else {
      const begun: Gathering = {
        from: access.at,
        to: access.at,
        entries: 1,
        accesses: [access],
        ...words,
      }
      open.set(key, begun)
      all.push(begun)
    }
  }
  return all.map((gathering) => rowOf(gathering, names))
}

interface Gathering {
  from: number
  readonly to: number
  entries: number
  readonly accesses: [LoggedAccess, ...LoggedAccess[]]
  readonly did: string
  readonly why: string
}

function rowOf({ accesses, ...rest }: Gathering, names: LogNames): ExtractRow {
  const { from, to, entries, did, why } = rest
  const [access] = accesses
  const { by, elsewhere } = access
  return {
    ...{ from, to, entries, did, why },
    unit: names.unit(by.unit) ?? elsewhere?.unit.name ?? by.unit,
    provider: names.provider(by.provider) ?? elsewhere?.provider.name ?? by.provider,
    who: whoOf(access, names),
    kinds: kindsShown(accesses),
  }
}

const CAPACITIES: Readonly<Record<string, string>> = {
  patient: 'Du själv',
  proxy: 'Ombud eller vårdnadshavare',
  system: 'Ett datasystem',
  migration: 'Överföring av journaler',
  sandbox: 'Provmiljö',
}

function whoOf({ by, elsewhere }: LoggedAccess, names: LogNames): string {
  const title = names.title(by.person) ?? elsewhere?.title
  const word = CAPACITIES[by.kind] ?? title ?? 'Vårdpersonal'
  return word.charAt(0).toUpperCase() + word.slice(1)
}
