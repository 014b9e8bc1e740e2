import type { Session } from '../login/session.ts'
import type { Scope } from '../route.ts'

const ALL_REGIONS = 'all'

/** The session as it asks in a scope: the commission is the same, what answers is not. */
export function sessionIn(session: Session, scope: Scope): Session {
  const { region, regionName } = session.commission
  return scope === 'all'
    ? { ...session, region: ALL_REGIONS, regionName: 'Alla regioner' }
    : { ...session, region, regionName }
}

/** The scope that a session asks in. */
export const scopeOf = ({ region }: Session): Scope => (region === ALL_REGIONS ? 'all' : 'own')
