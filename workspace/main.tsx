import { lazy, StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import './style/tokens.css'
import './style/frame.css'
import './style/banner.css'
import './style/cards.css'
import './style/overview.css'
import './style/narrow.css'
import './style/pages.css'
import './style/dialogs.css'
import './style/record.css'
import './style/regions.css'
import './style/access.css'
import './style/review.css'
import './style/citizen.css'
import './style/print.css'
import { App } from './app.tsx'
import { openCitizen, openSession } from './login/login.ts'
import { applyTheme } from './theme.ts'

applyTheme()
/** Fetched by patients, who get no more of the workspace than this. */
const Citizen = lazy(async () => ({ default: (await import('./citizen/citizen.tsx')).Citizen }))

const isCitizen = location.pathname.startsWith('/my/')
const root = document.getElementById('root')
if (root) {
  // A defect must not leave a blank page that looks like an empty record.
  const onUncaughtError = () => createRoot(root).render(<Broken />)
  createRoot(root, { onUncaughtError }).render(
    <StrictMode>
      <Suspense fallback={<p className="heard">Kärna öppnas …</p>}>
        {isCitizen ? <Citizen opening={openCitizen()} /> : <App opening={openSession()} />}
      </Suspense>
    </StrictMode>,
  )
}

function Broken() {
  return (
    <div className="page" role="alert">
      <h1>Något gick fel i Kärna</h1>
      <p>Sidan kunde inte visas. Det du ser här säger ingenting om patienten.</p>
      <p>
        <a href={location.pathname}>Ladda om sidan</a> eller gå{' '}
        <a href="/patients">till patienterna</a>.
      </p>
    </div>
  )
}
