import type { Access } from './law/access.ts'

/** The system's own work in a region, under a name that says which. */
export function operatorAccess(region: string, name: string, userName: string): Access {
  return {
    kind: 'migration',
    region,
    user: name,
    userName,
    commission: name,
    unit: region,
    provider: region,
    purpose: 'administration',
    statedReason: undefined,
    session: name,
  }
}
