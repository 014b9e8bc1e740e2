/**
 * 100,000 requests to a federation whose regions hang, are late, go down and leave things out. Ends with 1 if an answer was
 * late or quietly short, or if a federation that keeps quiet would not be caught.
 */
import { runSilentRegions } from './silent-regions.ts'

const [, , requests = '100000'] = process.argv
const run = { requests: Number(requests), regions: 7, deadline: 300, atOnce: 80 }
const report = await runSilentRegions(run)
const spoil = (
  page: Parameters<NonNullable<Parameters<typeof runSilentRegions>[0]['spoil']>>[0],
) => ({
  ...page,
  issues: [],
})
const control = await runSilentRegions({ ...run, requests: 200, spoil })
const { late, silentlyIncomplete, named, longest } = report
process.stdout.write(
  `${report.requests} requests, ${named} of them with a region named; ${late} late, ${silentlyIncomplete} silently incomplete, longest ${Math.round(longest)} ms; control ${control.silentlyIncomplete > 0 ? 'caught' : 'NOT CAUGHT'}\n`,
)
process.exitCode = late > 0 || silentlyIncomplete > 0 || control.silentlyIncomplete === 0 ? 1 : 0
