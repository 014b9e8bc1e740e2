import { useCallback, useEffect, useRef, useState } from 'react'
import { ask } from '../api/http.ts'
import type { Session } from '../login/session.ts'
import { newsWords, type ReviewAlert, withNews } from './alerts.ts'
import { reviewFailure } from './review-client.ts'

/** The alerts as they are now. */
export interface Alerts {
  /** `undefined`: they haven't come. */
  readonly list: readonly ReviewAlert[] | undefined
  readonly failure: string | undefined
  /** What came since the page was opened, to be read aloud. */
  readonly news: string
  /** Says that a reviewer has taken care of one. */
  readonly see: (id: string) => void
}

/** An alert is on the screen within a minute; four tries leave room for one that isn't answered. */
const EVERY_MS = 15_000

/** Asks again and again for what is new, as long as the page is there. Nobody has to be: the screen locks all the same. */
export function useAlerts(session: Session): Alerts {
  const [list, setList] = useState<readonly ReviewAlert[]>()
  const [failure, setFailure] = useState<string>()
  const [news, setNews] = useState('')
  const latest = useRef<string>(undefined)
  const path = `/log/${session.region}/alerts`

  const take = useCallback((came: readonly ReviewAlert[]) => {
    setFailure(undefined)
    const isFirst = latest.current === undefined
    latest.current = came[0]?.id ?? latest.current ?? '0'
    setList((before = []) => withNews(before, came))
    if (!isFirst && came.length > 0) setNews(newsWords(came))
  }, [])

  useEffect(() => {
    let isGone = false
    const look = async () => {
      const after = latest.current === undefined ? '' : `?after=${latest.current}`
      const answer = await ask(session, `${path}${after}`, { isQuiet: after !== '' })
      if (!isGone) take((answer as { alerts: ReviewAlert[] }).alerts)
    }
    const failed = (cause: unknown) => isGone || setFailure(reviewFailure(cause))
    look().catch(failed)
    const timer = window.setInterval(() => void look().catch(failed), EVERY_MS)
    return () => {
      isGone = true
      window.clearInterval(timer)
    }
  }, [session, path, take])

  const see = (id: string) => {
    ask(session, `${path}/${id}/seen`, { method: 'POST', body: {} }).then(
      (answer) => setList((before = []) => withNews(before, [answer as ReviewAlert])),
      (cause) => setFailure(reviewFailure(cause)),
    )
  }
  return { list, failure, news, see }
}
