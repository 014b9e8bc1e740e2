/** How long this process was ready to run and wasn't let, as other processes had the processors. */
export interface Starvation {
  /** Milliseconds since it began. */
  total(): number
  stop(): void
}

const TICK = 10

/**
 * Measures by a timer that comes late: what of the delay the process didn't spend on work of its own, the machine took.
 * So a run on a busy machine, or one that steps back for others (`nice`), isn't blamed for it.
 */
export function measureStarvation(): Starvation {
  let total = 0
  let last = performance.now()
  let worked = process.cpuUsage()
  const timer = setInterval(() => {
    const now = performance.now()
    const { user, system } = process.cpuUsage(worked)
    total += Math.max(0, now - last - Math.max(TICK, (user + system) / 1_000))
    last = now
    worked = process.cpuUsage()
  }, TICK)
  timer.unref()
  return { total: () => total, stop: () => clearInterval(timer) }
}
