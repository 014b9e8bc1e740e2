import { use, useCallback, useEffect, useState } from 'react'
import { Refusal, SESSION_ENDED } from '../api/http.ts'
import { Icon } from '../frame/icons.tsx'
import { Logo } from '../frame/logo.tsx'
import { printedWords } from '../frame/printed.tsx'
import { usePrinting } from '../frame/printing.ts'
import { type CitizenOpening, type CitizenSession, logIn } from '../login/login.ts'
import { useLock } from '../login/use-lock.ts'
import { personnummerText } from '../words.ts'
import { AppList } from './app-list.tsx'
import { type LetInApp, loadApps, logOutCitizen, type MyApps, withdraw } from './apps.ts'

/** The patient's own page: which apps they have let in to their record, and how to take it back. */
export function Citizen({ opening }: { readonly opening: Promise<CitizenOpening> }) {
  const opened = use(opening)
  const [session, setSession] = useState('session' in opened ? opened.session : undefined)
  const [notice, setNotice] = useState('notice' in opened ? opened.notice : undefined)
  const leave = useCallback((words: string) => {
    setSession(undefined)
    setNotice(words)
  }, [])
  useEffect(() => {
    document.title = 'Appar med åtkomst till din journal – Kärna'
    const ended = () => leave('Du har loggats ut. Logga in igen.')
    window.addEventListener(SESSION_ENDED, ended)
    return () => window.removeEventListener(SESSION_ENDED, ended)
  }, [leave])
  useLock(session, leave, signOfLife)
  return (
    <div className="login citizen">
      <header className="login-head">
        <Logo />
        <div>
          <h1>Appar med åtkomst till din journal</h1>
          <p>Kärna</p>
        </div>
      </header>
      <main>
        {session ? <Apps session={session} onLeave={leave} /> : <LogIn notice={notice} />}
      </main>
    </div>
  )
}

async function signOfLife(session: CitizenSession): Promise<void> {
  await loadApps(session).catch(() => undefined)
}

function LogIn({ notice }: { readonly notice: string | undefined }) {
  const [failure, setFailure] = useState<string>()
  const enter = () =>
    logIn(undefined).catch(() => setFailure('Kärna svarar inte. Försök igen om en stund.'))
  return (
    <>
      <h2>Logga in</h2>
      <p>
        Här ser du vilka appar du har släppt in till din journal, vad de får göra och hur länge. Du
        kan när som helst ta bort en apps åtkomst.
      </p>
      {notice && <p role="status">{notice}</p>}
      {failure && (
        <p role="alert" className="failure">
          {failure}
        </p>
      )}
      <p className="log-in">
        <button type="button" className="button primary" onClick={() => void enter()}>
          <Icon name="card" /> Logga in med e-legitimation
        </button>
      </p>
    </>
  )
}

/** Whose page it is; on paper also when it was printed, on each page. */
function Who({ name, personalNumber }: MyApps) {
  const isPrinting = usePrinting()
  return (
    <span>
      <b>{name}</b> {personnummerText(personalNumber)}
      {isPrinting && <span className="printed"> {printedWords(name)}</span>}
    </span>
  )
}

function Apps({
  session,
  onLeave,
}: {
  readonly session: CitizenSession
  readonly onLeave: (words: string) => void
}) {
  const [mine, setMine] = useState<MyApps>()
  const [failure, setFailure] = useState<string>()
  const [done, setDone] = useState('')
  const load = useCallback(() => {
    setFailure(undefined)
    loadApps(session).then(setMine, (cause: unknown) => {
      if (!(cause instanceof Refusal)) throw cause
      setFailure('Apparna kunde inte hämtas just nu.')
    })
  }, [session])
  useEffect(load, [load])
  const take = async (app: LetInApp) => {
    setMine(await withdraw(session, app))
    setDone(`${app.name} har inte längre åtkomst till din journal.`)
  }
  const logOut = () => {
    void logOutCitizen(session)
    onLeave('Du är utloggad.')
  }
  return (
    <>
      <p className="citizen-who">
        {mine && <Who {...mine} />}
        <button type="button" className="button" onClick={logOut}>
          Logga ut
        </button>
      </p>
      <p role="status" className={done ? 'done' : 'heard'}>
        {done}
      </p>
      {failure && (
        <p role="alert" className="failure">
          {failure}{' '}
          <button type="button" className="link" onClick={load}>
            Försök igen
          </button>
        </p>
      )}
      {mine && <AppList apps={mine.apps} onWithdraw={take} />}
    </>
  )
}
