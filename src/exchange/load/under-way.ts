/** Work that goes on beside what begins it. */
export interface UnderWay {
  /** Begins a piece of work as soon as there is room. Fails with the first failure of any piece, and begins no more. */
  begin(work: () => Promise<void>): Promise<void>
  /** Waits for all of it. */
  settled(): Promise<void>
}

/** @param most how many pieces go on at once */
export function createUnderWay(most: number): UnderWay {
  const pieces = new Set<Promise<void>>()
  let failure: { readonly cause: unknown } | undefined

  function refuseAfterFailure(): void {
    if (failure) throw failure.cause
  }

  return {
    async begin(work) {
      while (pieces.size >= most) await Promise.race(pieces)
      refuseAfterFailure()
      const piece: Promise<void> = work()
        .catch((cause: unknown) => {
          failure ??= { cause }
        })
        .finally(() => pieces.delete(piece))
      pieces.add(piece)
    },
    async settled() {
      await Promise.all(pieces)
      refuseAfterFailure()
    },
  }
}
