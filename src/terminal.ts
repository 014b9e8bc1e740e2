import type { DemoProgress } from './demo.ts'
import type { Directory } from './identity/directory.ts'

/** Where text is shown: a terminal, or a file. */
export interface Screen {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** A bar on a terminal; a line every tenth elsewhere. */
export function progressBar(patients: number, screen: Screen): (progress: DemoProgress) => void {
  let tenths = -1
  return (progress) => {
    const share = Math.min(1, progress.patients / patients)
    const line = `Loading the demo ${'█'.repeat(share * 24).padEnd(24, '░')} ${progress.patients} people, ${progress.resources} records`
    if (screen.isTTY) screen.write(`\r${line}${progress.isDone ? '\n' : ''}`)
    else if (Math.floor(share * 10) > tenths) {
      tenths = Math.floor(share * 10)
      screen.write(`${line}\n`)
    }
  }
}

/** What there is to do once it serves: where to look and who can log in, or how to go on where there is no demo. */
export function greeting({ staff, units, regions }: Directory, port: number): string {
  if (regions.length === 0) {
    return `The demo is off: there are no invented people, logins or tokens, and no region is connected.
To see Kärna with invented people, stop this and run: npm start
`
  }
  const names = new Map(regions.map(({ id, name }) => [id, name]))
  const logins = staff.map(({ login, title, commissions: [first] }) => {
    const unit = units.find(({ hsaId }) => hsaId === first?.unit)
    return `  ${login.padEnd(17)} ${title}, ${unit?.name ?? ''}, ${names.get(unit?.region ?? '') ?? ''}`
  })
  return `
This is a demo: everyone in it is invented, and it listens on this machine only.

Open http://127.0.0.1:${port} and log in as one of
${logins.join('\n')}

With curl: TOKEN=$(npm run --silent token -- anna.nystrom), or sandbox for an empty region to write in.

`
}
