import { Source } from '../sources/source.tsx'
import { dateOf, momentText } from '../words.ts'
import { NarrativeList } from './narrative.tsx'
import type { Assessment } from './notes.ts'

/** What is thought and planned, as the newest note says it, and who said it. */
export function AssessmentText({ assessment: found }: { readonly assessment: Assessment }) {
  const { note, assessment, plan } = found
  return (
    <div className="padded assessment">
      <h3>
        {assessment?.keyword} {momentText(dateOf(note.at))}
      </h3>{' '}
      <span className="dim">
        {note.author} · {note.isSigned ? note.signed : <b>{note.signed}</b>}
      </span>{' '}
      <Source id={note.id} />
      {assessment && <NarrativeList div={assessment.div} />}
      {plan && (
        <>
          <h3 className="own-line">{plan.keyword}</h3>
          <NarrativeList div={plan.div} />
        </>
      )}
    </div>
  )
}
