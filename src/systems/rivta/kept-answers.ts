/** Asks once for each key, and gives the same answer to all who ask within its freshness. */
export type Kept<Answer> = (key: string, ask: () => Promise<Answer>) => Promise<Answer>

export interface KeptParts<Answer> {
  readonly now: () => number
  /** Milliseconds that a whole answer is used again. */
  readonly freshness: number
  /** Whether it may be used again: one with something missing is asked for anew. */
  readonly isWhole: (answer: Answer) => boolean
  /** The most answers that are kept, whoever asks. */
  readonly most: number
}

/**
 * Who asks the same while it's being asked gets the same answer; so does who asks again soon after, unless something was
 * missing.
 */
export function createKept<Answer>({
  now,
  freshness,
  isWhole,
  most,
}: KeptParts<Answer>): Kept<Answer> {
  const kept = new Map<string, { readonly answer: Promise<Answer>; readonly until: number }>()
  return (key, ask) => {
    const found = kept.get(key)
    if (found && found.until > now()) return found.answer
    const answer = ask()
    const keep = (until: number) => {
      kept.delete(key)
      kept.set(key, { answer, until })
    }
    const forget = () => {
      if (kept.get(key)?.answer === answer) kept.delete(key)
    }
    keep(Number.POSITIVE_INFINITY)
    answer.then((given) => {
      if (isWhole(given)) keep(now() + freshness)
      else forget()
    }, forget)
    for (const oldest of kept.keys()) {
      if (kept.size <= most) break
      kept.delete(oldest)
    }
    return answer
  }
}
