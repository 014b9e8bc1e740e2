import { useSyncExternalStore } from 'react'

/** A page of a patient's record. */
export type PatientPageName =
  | 'overview'
  | 'notes'
  | 'medications'
  | 'results'
  | 'diagnoses'
  | 'access'

/** Where the user is. */
export type Route =
  | { readonly at: 'patients' }
  | { readonly at: 'patient'; readonly id: string; readonly page: PatientPageName }

const PATIENT =
  /^\/patient\/([A-Za-z0-9.-]{1,64})(?:\/(notes|medications|results|diagnoses|access))?$/

/** The page of an address; what is no address of ours leads to the patients. */
export function routeOf(path: string): Route {
  const [, id, page = 'overview'] = PATIENT.exec(path) ?? []
  return id ? { at: 'patient', id, page: page as PatientPageName } : { at: 'patients' }
}

/** The address of a page of a patient's record. */
export function patientPath(id: string, page: PatientPageName = 'overview'): string {
  return page === 'overview' ? `/patient/${id}` : `/patient/${id}/${page}`
}

const CHANGED = 'karna-route'

/** Goes to an address; the page is not loaded anew. */
export function go(path: string): void {
  if (path !== location.pathname) history.pushState(null, '', path)
  window.dispatchEvent(new Event(CHANGED))
}

/** The path of the address, and again when it changes. */
export function usePath(): string {
  return useSyncExternalStore(
    (changed) => {
      window.addEventListener('popstate', changed)
      window.addEventListener(CHANGED, changed)
      return () => {
        window.removeEventListener('popstate', changed)
        window.removeEventListener(CHANGED, changed)
      }
    },
    () => location.pathname,
  )
}
