import { Problem } from './fhir/problem.ts'

const FULL_DISK =
  'The disk is full. Free some space and start again; nothing that was saved is lost.'

const DATABASE = 'The database in KARNA_DATABASE_URL'

/** By the code of Node's errors and of PostgreSQL's. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: FULL_DISK,
  '53100': FULL_DISK,
  EADDRINUSE:
    'The port is taken by another program. Stop that one, or choose another port: KARNA_PORT=8081 npm start',
  EACCES:
    "A folder or port can't be used. Check who owns the folder in KARNA_DATA, or choose another folder or port.",
  EROFS: "The folder in KARNA_DATA can't be written. Choose another: KARNA_DATA=/some/folder",
  ECONNREFUSED: `${DATABASE} does not answer. Check host and port, and that PostgreSQL runs there.`,
  ETIMEDOUT: `${DATABASE} does not answer in time. Check host and port, and what stands between.`,
  ENOTFOUND: `${DATABASE} is on a host that can't be found. Check the host's name.`,
  EAI_AGAIN: `${DATABASE} is on a host that can't be looked up now. Check the host's name and the network.`,
  '28P01': `${DATABASE} refuses the user or password. Check both.`,
  '28000': `${DATABASE} refuses the user. Check the user's name and PostgreSQL's pg_hba.conf.`,
  '3D000': `${DATABASE} does not exist on that server. Create it, or check its name.`,
  '42501': `${DATABASE} does not let its user make tables. Make the user its owner.`,
}

/** What happened and what to do, in a sentence. A defect is told with where it was thrown, for who mends it. */
export function adviceFor(thrown: unknown): string {
  for (let at = thrown; at instanceof Error; at = at.cause) {
    const advice = ADVICE[(at as { code?: string }).code ?? '']
    if (advice && !(at instanceof Problem)) return advice
    if (at instanceof AggregateError && at.errors.length > 0) return adviceFor(at.errors[0])
  }
  if (thrown instanceof Problem) return thrown.message
  if (thrown instanceof Error && thrown.message === 'timeout expired') return ADVICE.ETIMEDOUT ?? ''
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
}
