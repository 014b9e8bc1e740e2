/** How soon after the first a further signal is the same press of Ctrl-C, which npm hands on as well. */
const SAME_PRESS_MS = 1_000

/** Aborts when the process is asked to end. Asked once more, it ends at once; PostgreSQL recovers at the next start. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController()
  let asked = Number.POSITIVE_INFINITY
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (Date.now() - asked > SAME_PRESS_MS) process.exit(1)
      asked = Math.min(asked, Date.now())
      controller.abort()
    })
  }
  return controller.signal
}
