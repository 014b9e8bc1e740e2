import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { SESSION_ENDED } from './api/http.ts'
import { Frame } from './frame/frame.tsx'
import { logOut } from './login/login.ts'
import { LoginPage } from './login/login-page.tsx'
import {
  forgetSession,
  keepSession,
  mayReview,
  type Session,
  storedSession,
} from './login/session.ts'
import { PatientPage } from './patient/patient-page.tsx'
import { PatientsPage } from './patients/patients-page.tsx'
import { type Route, routeOf, usePath } from './route.ts'

/** Fetched by those who review the log, and by nobody else. */
const ReviewPage = lazy(async () => ({
  default: (await import('./review/review-page.tsx')).ReviewPage,
}))

const REVIEW: Route = { at: 'review', page: 'checks', id: undefined }

/** The workspace: login, then the pages of the address within the frame. */
export function App() {
  const [session, setSession] = useState(storedSession)
  const [notice, setNotice] = useState<string>()
  const path = usePath()

  const leave = useCallback((words?: string) => {
    forgetSession()
    setSession(undefined)
    setNotice(words)
  }, [])

  useEffect(() => {
    const ended = () => leave('Sessionen är slut. Logga in igen.')
    window.addEventListener(SESSION_ENDED, ended)
    return () => window.removeEventListener(SESSION_ENDED, ended)
  }, [leave])

  const enter = useCallback((entered: Session) => {
    keepSession(entered)
    setNotice(undefined)
    setSession(entered)
  }, [])

  if (!session) return <LoginPage notice={notice} onLogin={enter} />
  const found = routeOf(path)
  // Who reviews the log opens no records: their first page is the workbench.
  const route: Route = mayReview(session) && found.at !== 'review' ? REVIEW : found
  const logOutHere = () => {
    void logOut(session)
    leave()
  }
  return (
    <Frame session={session} onLogOut={logOutHere} onSwitch={enter}>
      {route.at === 'patient' ? (
        <PatientPage
          key={`${session.commission.hsaId} ${route.id}`}
          session={session}
          id={route.id}
          page={route.page}
        />
      ) : route.at === 'review' ? (
        <Suspense fallback={<p className="empty bars">Hämtar sidan …</p>}>
          <ReviewPage
            key={session.commission.hsaId}
            session={session}
            page={route.page}
            id={route.id}
          />
        </Suspense>
      ) : (
        <PatientsPage key={session.commission.hsaId} session={session} />
      )}
    </Frame>
  )
}
