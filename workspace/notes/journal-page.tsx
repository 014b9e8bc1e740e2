import { useState } from 'react'
import { Body, Card } from '../overview/card.tsx'
import type { PatientRows } from '../patient/patient-rows.ts'
import type { PatientRecord } from '../patient/record.ts'
import { restWords } from '../patient/use-rest.ts'
import { Source } from '../sources/source.tsx'
import { clockOf, counted, dateOf } from '../words.ts'
import { Narrative } from './narrative.tsx'
import type { NoteRow } from './notes.ts'

/** The notes in order of time, newest first, each with its keywords, author and signature. */
export function JournalPage({
  record,
  rows: { notes },
}: {
  readonly record: PatientRecord
  readonly rows: PatientRows
}) {
  const [kind, setKind] = useState('')
  const kinds = [...new Set(notes.map(({ title }) => title))].sort((a, b) =>
    a.localeCompare(b, 'sv'),
  )
  const shown = kind === '' ? notes : notes.filter(({ title }) => title === kind)
  const { notes: part } = record.parts
  return (
    <Card
      title="Journal"
      meta={
        part?.ok
          ? `${counted(shown.length, 'anteckning', 'anteckningar')}${restWords(record, 'notes')}`
          : undefined
      }
      end={
        <label>
          Slag{' '}
          <select value={kind} onChange={(event) => setKind(event.target.value)}>
            <option value="">Alla</option>
            {kinds.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
      }
    >
      <Body record={record} of={['notes']} isEmpty={shown.length === 0} empty="Inga anteckningar.">
        <ol className="journal">
          {shown.map((note) => (
            <Note key={note.id} note={note} />
          ))}
        </ol>
      </Body>
    </Card>
  )
}

function Note({ note }: { readonly note: NoteRow }) {
  return (
    <li>
      <article aria-label={`${note.title} ${dateOf(note.at)}`}>
        <header>
          <h3>{note.title}</h3>
          <span className="num">
            {note.at === '' ? 'utan datum' : `${dateOf(note.at)} ${clockOf(note.at)}`}
          </span>
          <span className="dim">{note.author}</span>
          <Source id={note.id} />
          {note.isSigned ? (
            <span className="dim">{note.signed}</span>
          ) : (
            <span className="chip small warning">osignerad</span>
          )}
        </header>
        <dl>
          {note.sections.map(({ keyword, div }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a keyword may come twice; sections never move
            <div key={index}>
              <dt>{keyword}</dt>
              <dd>
                <Narrative div={div} />
              </dd>
            </div>
          ))}
        </dl>
      </article>
    </li>
  )
}
