import { type ReactNode, useMemo, useState } from 'react'
import { mayReview, type Session, worksWithRecords } from '../login/session.ts'
import { go, regionsPath, usePath } from '../route.ts'
import { currentTheme, toggleTheme } from '../theme.ts'
import { Icon } from './icons.tsx'
import { Link } from './link.tsx'
import { Overlays } from './overlays.tsx'
import { PrintedPage } from './printed.tsx'
import { type Shortcut, useShortcuts } from './shortcuts.ts'
import { StatusLine } from './status.tsx'
import { TopBar } from './top-bar.tsx'

/** What can lie over the page. */
export type Overlay = 'palette' | 'help' | 'commissions'

/** What stands around each page: where one works, how to find things, and what answered. */
export function Frame({
  session,
  onLogOut,
  onSwitch,
  children,
}: {
  readonly session: Session
  readonly onLogOut: () => void
  readonly onSwitch: (commission: string) => void
  readonly children: ReactNode
}) {
  const [overlay, setOverlay] = useState<Overlay>()
  const [theme, setTheme] = useState(currentTheme)
  const commands = useMemo((): Shortcut[] => {
    const switchTheme = () => {
      toggleTheme()
      setTheme(currentTheme())
    }
    return [
      { key: 'k', withControl: true, words: 'Sök', run: () => setOverlay('palette') },
      ...placesOf(session),
      { key: 'b', words: 'Byt uppdrag', run: () => setOverlay('commissions') },
      { key: 'm', words: 'Ljust eller mörkt', run: switchTheme },
      { key: '?', words: 'Alla kortkommandon', run: () => setOverlay('help') },
      { key: '', words: 'Logga ut', run: onLogOut },
    ]
  }, [session, onLogOut])
  useShortcuts(commands)
  const run = (words: string) => commands.find((each) => each.words === words)?.run()

  return (
    <div className="app">
      <a className="skip" href="#main">
        Till innehållet
      </a>
      <TopBar session={session} onOpen={setOverlay} onLogOut={onLogOut} />
      <Rail
        session={session}
        theme={theme}
        onTheme={() => run('Ljust eller mörkt')}
        onHelp={() => setOverlay('help')}
      />
      <main className="main" id="main" tabIndex={-1}>
        <PrintedPage session={session} />
        {children}
      </main>
      <StatusLine session={session} />
      {overlay && (
        <Overlays
          which={overlay}
          session={session}
          commands={commands}
          onClose={() => setOverlay(undefined)}
          onSwitch={onSwitch}
        />
      )}
    </div>
  )
}

function searchPatient(): void {
  go('/patients')
  document.querySelector<HTMLInputElement>('#patient-search')?.focus()
}

/** Where one can go by key; to the patients only those who work with their records. */
function placesOf(session: Session): Shortcut[] {
  const patients = [
    { key: 'F2', words: 'Sök patient', run: searchPatient },
    { key: 'g p', words: 'Patienter', run: () => go('/patients') },
  ]
  const regions = { key: 'g r', words: 'Regioner', run: () => go(regionsPath()) }
  if (mayReview(session)) return []
  return worksWithRecords(session) ? [...patients, regions] : [regions]
}

function Rail({
  session,
  theme,
  onTheme,
  onHelp,
}: {
  readonly session: Session
  readonly theme: 'light' | 'dark'
  readonly onTheme: () => void
  readonly onHelp: () => void
}) {
  const path = usePath()
  return (
    <nav className="rail" aria-label="Huvudmeny">
      {mayReview(session) && (
        <Link to="/review" current>
          <Icon name="shield" />
          Granska
        </Link>
      )}
      {worksWithRecords(session) && (
        <Link to="/patients" current={/^(\/all)?\/(patient|$)/.test(path)}>
          <Icon name="patients" />
          Patienter
        </Link>
      )}
      {!mayReview(session) && (
        <Link
          to={regionsPath()}
          current={path.startsWith('/federation') || !worksWithRecords(session)}
        >
          <Icon name="sources" />
          Regioner
        </Link>
      )}
      <span className="space" />
      <button type="button" onClick={onTheme}>
        <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
        {theme === 'dark' ? 'Ljust' : 'Mörkt'}
      </button>
      <button type="button" onClick={onHelp}>
        <Icon name="help" />
        Hjälp
      </button>
    </nav>
  )
}
