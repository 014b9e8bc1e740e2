import { useEffect } from 'react'
import { stayAwake } from './login.ts'
import { IDLE_MINUTES, type Session } from './session.ts'

const MINUTE_MS = 60_000
/** Somebody who is there but asks for nothing is told of to the server this often. */
const SIGN_OF_LIFE_MS = 5 * MINUTE_MS
const LOOK_MS = 15_000

/** What only somebody who is there does. */
const SIGNS = ['pointerdown', 'keydown', 'wheel'] as const

/** Hides what is on the screen when nobody has been there for as long as the server waits before it locks the login. */
export function useLock<Held extends Pick<Session, 'lastAsked' | 'bearer'>>(
  session: Held | undefined,
  onLock: (words: string) => void,
  sign: (session: Held) => Promise<void> = stayAwake,
): void {
  useEffect(() => {
    if (!session) return
    const idle = () => Date.now() - session.lastAsked()
    const present = () => {
      if (idle() > SIGN_OF_LIFE_MS) void sign(session)
    }
    const timer = window.setInterval(() => {
      if (idle() < IDLE_MINUTES * MINUTE_MS) return
      onLock(`Låst efter ${IDLE_MINUTES} minuter utan att något hände. Logga in igen.`)
    }, LOOK_MS)
    for (const each of SIGNS) window.addEventListener(each, present, { passive: true })
    return () => {
      window.clearInterval(timer)
      for (const each of SIGNS) window.removeEventListener(each, present)
    }
  }, [session, onLock, sign])
}
