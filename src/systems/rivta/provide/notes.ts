import type { Composition } from 'fhir/r4'
import type { XmlContent } from '../soap/write-xml.ts'
import { changed, core, summaryHeader } from './message.ts'
import { noteText } from './note-text.ts'
import type { Producer } from './producer.ts'
import {
  contactIdOf,
  type Outgoing,
  type Produced,
  type Production,
  personOf,
} from './production.ts'
import { recordHeader } from './record-header.ts'

const SHARED = {
  domain: 'clinicalprocess:healthcond:description',
  item: 'careDocumentation',
} as const

/** GetCareDocumentation 2.1. */
export const NOTES_2: Producer = {
  ...SHARED,
  result: 'later',
  later: '2.1',
  items: (production) =>
    notesOf(production, (note, out) => [
      summaryHeader('careDocumentationHeader', { ...out, title: note.title }, production, {
        system: 'sourceSystemHSAid',
        contact: 'before',
      }),
      core('careDocumentationBody', [
        core('clinicalDocumentNote', [
          core('clinicalDocumentNoteCode', noteCodeOf(note)),
          core('clinicalDocumentNoteTitle', note.title),
          core('clinicalDocumentNoteText', noteText(note, production)),
        ]),
      ]),
    ]),
}

/** GetCareDocumentation 3.0. One that was taken back isn't in it: the contract can't say so. */
export const NOTES_3: Producer = {
  ...SHARED,
  result: 'text',
  items: (production) =>
    notesOf(production, (note, out) => {
      const code = noteCodeOf(note)
      return [
        recordHeader(out, production, { provider: 'accountableHealthcareProvider', later: false }),
        core('body', [
          core('clinicalDocumentNoteCode', [
            core('code', code),
            core('codeSystem', '1.2.752.129.2.2.2.11'),
            core('displayName', NAMES[code]),
          ]),
          core('clinicalDocumentNoteTitle', note.title),
          core('clinicalDocumentNoteText', noteText(note, production)),
        ]),
      ]
    }).filter(({ resource }) => (resource as Composition).status !== 'entered-in-error'),
}

function notesOf(
  production: Production,
  write: (note: Composition, out: Outgoing) => XmlContent,
): Produced<XmlContent>[] {
  return production.of('Composition').map((note) => {
    const [signature] = note.attester ?? []
    // FHIR demands a date, and allows that none is known.
    const at = note.date ?? changed(note)
    const out: Outgoing = {
      resource: note,
      author: personOf(note.author[0], production),
      authored: at,
      documentTime: note.date,
      encounter: note.encounter,
      nullified: note.status === 'entered-in-error',
      signed: signature?.time
        ? { time: signature.time, by: personOf(signature.party, production) }
        : undefined,
    }
    return {
      resource: note,
      at,
      contact: contactIdOf(note.encounter),
      content: write(note, out),
    }
  })
}

/** KV Anteckningstyp, by what the note is called; the code it has, where it has one of the list. */
const NAMES: Readonly<Record<string, string>> = {
  utr: 'Utredning',
  atb: 'Åtgärd/Behandling',
  sam: 'Sammanfattning',
  sao: 'Samordning',
  ins: 'Inskrivning',
  slu: 'Slutanteckning',
  auf: 'Anteckning utan fysiskt möte',
  sva: 'Slutenvårdsanteckning',
  bes: 'Besöksanteckning',
}

function noteCodeOf({ type, title }: Composition): string {
  const own = type.coding?.find(({ system }) => system === 'urn:oid:1.2.752.129.2.2.2.11')?.code
  if (own !== undefined && own in NAMES) return own
  const name = `${type.text ?? ''} ${title}`
  const words: readonly (readonly [RegExp, string])[] = [
    [/inskrivning|intagning/i, 'ins'],
    [/epikris|slutanteckning|utskrivning/i, 'slu'],
    [/telefon|digital|brev/i, 'auf'],
    [/operation|åtgärd|behandling/i, 'atb'],
    [/daganteckning|slutenvård|omvårdnad/i, 'sva'],
    [/samordning|vårdplanering/i, 'sao'],
    [/sammanfattning/i, 'sam'],
    [/utredning/i, 'utr'],
  ]
  return words.find(([pattern]) => pattern.test(name))?.[1] ?? 'bes'
}
