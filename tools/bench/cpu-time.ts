import { readdirSync, readFileSync } from 'node:fs'

/** CPU time used so far, microseconds. */
export interface CpuTime {
  readonly node: number
  readonly postgres: number
}

/** The kernel's unit of `utime` and `stime`: a hundredth of a second on every Linux. */
const TICK = 10_000

/**
 * What a server's process and the whole PostgreSQL have used. Where other programs share the machine this is steadier than the clock.
 * `undefined` where there is no /proc.
 */
export function cpuTime(server: number, postmaster: number): CpuTime | undefined {
  const own = ticksOf(server)
  if (!own) return undefined
  let postgres = ticksOf(postmaster)?.withEnded ?? 0
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const child = ticksOf(Number(pid))
    if (child?.parent === postmaster) postgres += child.own
  }
  return { node: own.own * TICK, postgres: postgres * TICK }
}

/** The process that started another; `undefined` where there is no /proc. */
export const parentOf = (pid: number): number | undefined => ticksOf(pid)?.parent

/** A process's time, and with that of its children that have ended. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function ticksOf(pid: number) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [utime = 0, stime = 0, ended = 0, endedSystem = 0] = fields.slice(11, 15)
    const own = utime + stime
    return { parent: fields[1], own, withEnded: own + ended + endedSystem }
  } catch {
    return undefined // it has ended, or there is no /proc
  }
}
