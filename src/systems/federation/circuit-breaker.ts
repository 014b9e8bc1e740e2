/** Whether a source is worth asking: one that has failed again and again is left alone for a while. */
export interface CircuitBreaker {
  /** `false`: it isn't asked now. After the pause one question goes through, to see. */
  mayAsk(): boolean
  succeeded(): void
  failed(): void
  /** Since when it has been left alone, ms since 1970; `undefined` while it's asked. */
  readonly openSince: number | undefined
}

const FAILURES = 3
/** Milliseconds that it's left alone. */
const PAUSE = 10_000

export function createCircuitBreaker(now: () => number): CircuitBreaker {
  let failures = 0
  let openSince: number | undefined
  let nextTry = 0
  return {
    get openSince() {
      return openSince
    },
    mayAsk() {
      if (openSince === undefined) return true
      if (now() < nextTry) return false
      nextTry = now() + PAUSE
      return true
    },
    succeeded() {
      failures = 0
      openSince = undefined
    },
    failed() {
      failures++
      if (failures < FAILURES) return
      openSince ??= now()
      nextTry = now() + PAUSE
    },
  }
}
