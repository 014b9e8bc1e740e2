import { createContext, useContext } from 'react'
import { type RegionNames, regionOfId } from './sources.ts'

/** The regions whose records are shown together; `undefined` in one region's own. */
export const ShownRegions = createContext<RegionNames | undefined>(undefined)

/** The name of the region that something comes from, where several are shown together. */
export function useSourceName(id: string): string | undefined {
  const name = useContext(ShownRegions)?.get(regionOfId(id))
  return name === undefined ? undefined : shortName(name)
}

/** The same beside what it's about; nothing in one region's own record. */
export function Source({ id }: { readonly id: string }) {
  const name = useSourceName(id)
  return name === undefined ? null : <span className="source">{name}</span>
}

/** `Region Örebro län` → `Örebro län`, `Västra Götalandsregionen` → `Västra Götaland`. */
export const shortName = (name: string) => name.replace(/^Region /, '').replace(/sregionen$/, '')
