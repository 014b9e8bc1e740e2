import { useSyncExternalStore } from 'react'
import type { Session } from '../login/session.ts'

/** What is asked: the region of the commission, or all regions together (sammanhållen vårddokumentation, 2022:913). */
export type Scope = 'own' | 'all'

const KEY = 'karna-scope'
const ALL_REGIONS = 'all'
const listeners = new Set<() => void>()

const storedScope = (): Scope => (sessionStorage.getItem(KEY) === 'all' ? 'all' : 'own')

/** The session as it asks in a scope: the commission is the same, what answers is not. */
export function sessionIn(session: Session, scope: Scope): Session {
  const { region, regionName } = session.commission
  return scope === 'all'
    ? { ...session, region: ALL_REGIONS, regionName: 'Alla regioner' }
    : { ...session, region, regionName }
}

export const scopeOf = ({ region }: Session): Scope => (region === ALL_REGIONS ? 'all' : 'own')

/** The scope of this tab; it ends with the session. */
export function useScope(): Scope {
  return useSyncExternalStore((changed) => {
    listeners.add(changed)
    return () => listeners.delete(changed)
  }, storedScope)
}

export function setScope(scope: Scope): void {
  if (scope === 'all') sessionStorage.setItem(KEY, scope)
  else sessionStorage.removeItem(KEY)
  for (const listener of listeners) listener()
}
