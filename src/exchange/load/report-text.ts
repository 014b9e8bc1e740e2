import type { LoadReport } from './load.ts'
import type { LoadProgress } from './load-files.ts'

/** How many resources have been dealt with, whatever became of them. */
export function handled(report: LoadReport): number {
  return report.stored + report.updated + report.alreadyThere + report.rejections.length
}

/** One line for a terminal: `12 400 resources · 8 100/s · file 3 of 78`. */
export function progressLine(progress: LoadProgress, seconds: number): string {
  const count = handled(progress.report)
  const rate = seconds > 0 ? Math.round(count / seconds) : 0
  const file = Math.min(progress.filesDone + 1, progress.files)
  return `${count} resources · ${rate}/s · file ${file} of ${progress.files}`
}

/** What became of a load: counts by type, and every rejected entry with every reason. */
export function reportText(report: LoadReport, seconds: number): string {
  const types = [...report.storedByType].sort(([a], [b]) => (a < b ? -1 : 1))
  const rate = Math.round(handled(report) / Math.max(seconds, 0.001))
  return [
    ...types.map(([type, count]) => `  ${type.padEnd(28)}${String(count).padStart(9)}`),
    ...report.rejections.map(
      ({ name, type, id, reasons }) => `rejected ${name} ${type}/${id}: ${reasons.join('; ')}`,
    ),
    `${report.stored} stored, ${report.updated} updated, ${report.alreadyThere} already there, ${report.rejections.length} rejected in ${seconds.toFixed(1)} s (${rate} resources/s)`,
    '',
  ].join('\n')
}
