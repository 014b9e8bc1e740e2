import { useEffect } from 'react'
import { ask } from '../api/http.ts'
import { tellFailure } from '../frame/status.tsx'
import type { Asker } from './record.ts'

/** Has it logged that the record is printed (PDL 4 kap. 3 §): what is on paper nobody sees being read. */
export function usePrintLog({ session, id, reason }: Omit<Asker, 'signal'>): void {
  useEffect(() => {
    const path = `/fhir/${session.region}/Patient/${id}/$print`
    const tell = () => {
      ask(session, path, { method: 'POST', reason, keepalive: true }).catch(() =>
        tellFailure('Utskriften kunde inte skrivas i åtkomstloggen.'),
      )
    }
    window.addEventListener('beforeprint', tell)
    return () => window.removeEventListener('beforeprint', tell)
  }, [session, id, reason])
}
