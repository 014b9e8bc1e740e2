import { useSyncExternalStore } from 'react'
import type { MedicationRow } from '../medications/medications.ts'
import type { ResultRow } from '../results/results.ts'
import type { PatientPlace } from '../route.ts'
import type { Shortcut } from './shortcuts.ts'

/** What the palette knows of the record that is open. */
export interface OpenPatient {
  readonly place: PatientPlace
  readonly name: string
  readonly personnummer: string
  readonly results: readonly ResultRow[]
  readonly medications: readonly MedicationRow[]
  /** What can be done in the record, with its keys. */
  readonly commands: readonly Shortcut[]
}

let open: OpenPatient | undefined
const listeners = new Set<() => void>()

/** Tells the frame which record is open; `undefined` when none is. */
export function tellOpenPatient(patient: OpenPatient | undefined): void {
  open = patient
  for (const listener of listeners) listener()
}

/** The record that is open, if one is. */
export function useOpenPatient(): OpenPatient | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => open,
  )
}
