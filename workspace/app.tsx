import { lazy, Suspense, use, useCallback, useEffect, useMemo, useState } from 'react'
import { SESSION_ENDED } from './api/http.ts'
import { Frame } from './frame/frame.tsx'
import { tellSources } from './frame/status.tsx'
import { logOut, type Opening, switchCommission } from './login/login.ts'
import { LoginPage } from './login/login-page.tsx'
import { mayReview, mayRunRegions, type Session } from './login/session.ts'
import { useLock } from './login/use-lock.ts'
import { PatientPage } from './patient/patient-page.tsx'
import { PatientsPage } from './patients/patients-page.tsx'
import { go, patientPath, type Route, routeOf, usePath } from './route.ts'
import { sessionIn } from './sources/scope.ts'

/** Fetched by those who review the log, and by nobody else. */
const ReviewPage = lazy(async () => ({
  default: (await import('./review/review-page.tsx')).ReviewPage,
}))

/** Fetched by those who look at the regions. */
const RegionsPage = lazy(async () => ({
  default: (await import('./regions/regions-page.tsx')).RegionsPage,
}))

const REVIEW: Route = { at: 'review', page: 'checks', id: undefined }
const REGIONS: Route = { at: 'regions', page: 'list' }

/** The workspace: login, then the pages of the address within the frame. */
export function App({ opening }: { readonly opening: Promise<Opening> }) {
  const opened = use(opening)
  const [session, setSession] = useState('session' in opened ? opened.session : undefined)
  const [notice, setNotice] = useState('notice' in opened ? opened.notice : undefined)
  const [whose, setWhose] = useState<string>()
  const leave = useCallback(
    (words: string) => {
      if (!session) return // what was under way fails after it, and says nothing new
      setWhose(session.user.hsaId)
      setSession(undefined)
      setNotice(words)
    },
    [session],
  )
  useEffect(() => {
    const ended = () => leave('Sessionen är slut eller låst. Logga in igen.')
    window.addEventListener(SESSION_ENDED, ended)
    return () => window.removeEventListener(SESSION_ENDED, ended)
  }, [leave])
  useLock(session, leave)

  if (!session) return <LoginPage notice={notice} whose={whose} />
  const logOutHere = () => {
    void logOut(session)
    go('/patients')
    leave('Du är utloggad.')
  }
  const onSwitch = (commission: string) =>
    void switchCommission(session, commission).catch(() =>
      tellSources({ words: '', missing: 'Uppdraget kunde inte bytas.' }),
    )
  return (
    <Frame session={session} onLogOut={logOutHere} onSwitch={onSwitch}>
      <Page session={session} />
    </Frame>
  )
}

/** Who reviews the log opens no records: their first page is the workbench. Who runs the system begins with the regions. */
function routeFor(session: Session, found: Route): Route {
  if (mayReview(session)) return found.at === 'review' ? found : REVIEW
  return mayRunRegions(session) && found.at === 'patients' ? REGIONS : found
}

function Page({ session }: { readonly session: Session }) {
  const route = routeFor(session, routeOf(usePath()))
  const scope = route.at === 'patient' ? route.place.scope : 'own'
  const asking = useMemo(() => sessionIn(session, scope), [session, scope])
  if (route.at === 'patient') {
    const { place, page } = route
    return <PatientPage key={patientPath(place)} session={asking} id={place.id} page={page} />
  }
  if (route.at === 'patients') return <PatientsPage session={session} />
  return (
    <Suspense fallback={<p className="empty bars">Hämtar sidan …</p>}>
      {route.at === 'regions' ? (
        <RegionsPage session={session} page={route.page} />
      ) : (
        <ReviewPage session={session} page={route.page} id={route.id} />
      )}
    </Suspense>
  )
}
