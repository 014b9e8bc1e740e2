import { useEffect, useState } from 'react'
import { initials } from '../login/login-page.tsx'
import { commissionWords, type Session } from '../login/session.ts'
import type { Overlay } from './frame.tsx'
import { Icon } from './icons.tsx'
import { Link } from './link.tsx'
import { Logo } from './logo.tsx'
import { paletteWords } from './palette.tsx'

/** Where one works, the way to find things, whether there is contact, and who one is. */
export function TopBar({
  session,
  onOpen,
  onLogOut,
}: {
  readonly session: Session
  readonly onOpen: (overlay: Overlay) => void
  readonly onLogOut: () => void
}) {
  const { user } = session
  const commission = commissionWords(session.commission)
  return (
    <header className="top">
      <Link to="/patients" className="logo" title="Kärna, till första sidan">
        <Logo />
        <span className="heard">Kärna, till första sidan</span>
      </Link>
      <button type="button" className="unit" onClick={() => onOpen('commissions')}>
        <Icon name="unit" />
        <span className="cut">
          {commission.title}
          <small>{commission.rest}</small>
        </span>
        <span className="heard">, byt uppdrag</span>
        <Icon name="choose" />
      </button>
      <span className="command-place">
        <button type="button" className="command" onClick={() => onOpen('palette')}>
          <Icon name="search" />
          <span className="cut">{paletteWords(session)}</span>
          <kbd>Ctrl</kbd>
          <kbd>K</kbd>
        </button>
      </span>
      <span className="top-end">
        {session.demoLogin !== undefined && <span className="demo-mark">Demo</span>}
        <Connection />
        <TimeLeft expires={session.expires} />
        <span className="avatar" aria-hidden="true">
          {initials(user.name)}
        </span>
        <span className="who">
          {user.name}, {user.title}
        </span>
        <button type="button" className="leave" title="Logga ut" onClick={onLogOut}>
          <Icon name="leave" />
          <span className="heard">Logga ut</span>
        </button>
      </span>
    </header>
  )
}

/** Whether the machine has a network. */
function Connection() {
  const [isOn, setOn] = useState(navigator.onLine)
  useEffect(() => {
    const told = () => setOn(navigator.onLine)
    window.addEventListener('online', told)
    window.addEventListener('offline', told)
    return () => {
      window.removeEventListener('online', told)
      window.removeEventListener('offline', told)
    }
  }, [])
  return (
    <span className={isOn ? 'linked' : 'linked unlinked'} role="status">
      {isOn ? 'Ansluten' : 'Ingen kontakt'}
    </span>
  )
}

function TimeLeft({ expires }: { readonly expires: string }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 30_000)
    return () => window.clearInterval(timer)
  }, [])
  const minutes = Math.max(0, Math.floor((Date.parse(expires) - now) / 60_000))
  return (
    <span className="time-left">
      <Icon name="card" /> {Math.floor(minutes / 60)} h {minutes % 60} min kvar
    </span>
  )
}
