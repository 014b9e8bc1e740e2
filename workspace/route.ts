import { useSyncExternalStore } from 'react'

/** A page of a patient's record. */
export type PatientPageName =
  | 'overview'
  | 'notes'
  | 'medications'
  | 'results'
  | 'diagnoses'
  | 'access'

/** What is asked: the region of the commission, or all regions together (sammanhållen vårddokumentation, 2022:913). */
export type Scope = 'own' | 'all'

/** A record: a patient of the own region, or a person of all regions. */
export interface PatientPlace {
  readonly scope: Scope
  readonly id: string
}

/** Where the user is. */
export type Route =
  | { readonly at: 'patients' }
  | { readonly at: 'patient'; readonly place: PatientPlace; readonly page: PatientPageName }
  | { readonly at: 'review'; readonly page: ReviewPageName; readonly id: string | undefined }
  | { readonly at: 'regions'; readonly page: RegionsPageName }

/** A page of the regions: how they answer, or what information they have. */
export type RegionsPageName = 'list' | 'map'

/** A page of the log review: alerts; checks, or one of them; search; a patient's log extract. */
export type ReviewPageName = 'alerts' | 'checks' | 'search' | 'extract'

const PATIENT =
  /^(\/all)?\/patient\/([A-Za-z0-9.-]{1,64})(?:\/(notes|medications|results|diagnoses|access))?$/

const REGIONS = /^\/federation(?:\/(map))?$/

const REVIEW = /^\/review(?:\/(alerts|checks|search|extract)(?:\/([A-Za-z0-9.-]{1,64}))?)?$/

/** The page of an address; what is no address of ours leads to the patients. */
export function routeOf(path: string): Route {
  const review = REVIEW.exec(path)
  if (review) {
    const [, reviewPage = 'checks', reviewId] = review
    return { at: 'review', page: reviewPage as ReviewPageName, id: reviewId }
  }
  const regions = REGIONS.exec(path)
  if (regions) return { at: 'regions', page: regions[1] === 'map' ? 'map' : 'list' }
  const [, all, id, page = 'overview'] = PATIENT.exec(path) ?? []
  if (!id) return { at: 'patients' }
  return { at: 'patient', place: { scope: all ? 'all' : 'own', id }, page: page as PatientPageName }
}

/** The address of a page of a patient's record. */
export function patientPath(
  { scope, id }: PatientPlace,
  page: PatientPageName = 'overview',
): string {
  const record = `${scope === 'all' ? '/all' : ''}/patient/${id}`
  return page === 'overview' ? record : `${record}/${page}`
}

/** The address of a page of the log review. */
export function reviewPath(page: ReviewPageName, id?: string): string {
  return id === undefined ? `/review/${page}` : `/review/${page}/${id}`
}

/** The address of a page of the regions. */
export function regionsPath(page: RegionsPageName = 'list'): string {
  return page === 'list' ? '/federation' : `/federation/${page}`
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
