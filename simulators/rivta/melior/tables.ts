import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { CodePage } from '../encode-text.ts'

/**
 * One Melior database: patients, contacts, and activities (aktivitet) made by templates (mall) of rows under keywords
 * (sökord), with warnings and orders beside them. Every text is bytes in the database's code page, and every time is
 * local, as digits without an offset.
 */
export interface MeliorTables {
  /** Enters a row, unless one with its key is there. @returns its number in the table */
  insert(table: string, row: NewRow): string
  /** A select's rows, with their texts read. */
  select(statement: string, ...values: readonly string[]): readonly Row[]
  /** This database's own number for a word of its catalogue of keywords. */
  keyword(word: string): string
  close(): void
}

export type Row = Readonly<Record<string, string | undefined>>
export type NewRow = Readonly<Record<string, string | number | undefined>>

/** Opens an empty database in memory. `first` is the number that its catalogue of keywords begins at. */
export function openMeliorTables(page: CodePage, first: number): MeliorTables {
  const db = new DatabaseSync(':memory:')
  db.exec(SCHEMA)
  const statements = new Map<string, StatementSync>()
  const prepared = (text: string) => {
    const statement = statements.get(text) ?? db.prepare(text)
    statements.set(text, statement)
    return statement
  }
  const keywords = new Map<string, string>()
  const tables: MeliorTables = {
    insert(table, row) {
      const names = Object.keys(row)
      const slots = names.map(() => '?').join(', ')
      const statement = `insert or ignore into ${table} (${names.join(', ')}) values (${slots})`
      const { lastInsertRowid } = prepared(statement).run(
        ...Object.values(row).map((value) =>
          typeof value === 'string' ? page.write(value) : (value ?? null),
        ),
      )
      return String(lastInsertRowid)
    },
    select: (statement, ...values) =>
      prepared(statement)
        .all(...values.map((value) => page.write(value)))
        .map((row) =>
          Object.fromEntries(Object.entries(row).map(([name, value]) => [name, read(value, page)])),
        ),
    keyword(word) {
      const known = keywords.get(word)
      if (known !== undefined) return known
      const number = String(first + keywords.size)
      keywords.set(word, number)
      tables.insert('sokord', { sokordid: number, ord: word })
      return number
    },
    close() {
      if (db.isOpen) db.close()
    },
  }
  return tables
}

function read(value: unknown, page: CodePage): string | undefined {
  if (value instanceof Uint8Array) return page.read(value)
  return value === null || value === undefined ? undefined : String(value)
}

const CONCEPT = (name: string) => `${name}_kod blob, ${name}_kodverk blob, ${name}_text blob`

/** Who has made what, where and when; `ursprung` is the system it was made in. */
const HEADER = `patientid blob not null, enhet blob, ursprung blob, ansvarig blob, registrerad blob,
  andrad blob, ej_for_patient integer not null, makulerad integer not null`

const SCHEMA = `
create table patient (patientid blob primary key, personnr blob not null);
create index patient_personnr on patient (personnr);
create table personal (personalid blob primary key, hsaid blob, namn blob, titel blob) without rowid;
create table vardkontakt (kontaktid blob primary key, ${HEADER}, typ blob, status blob, rubrik blob, startad blob,
  avslutad blob, orsak blob, vid_enhet blob, vid_enhet_namn blob);
create index vardkontakt_patient on vardkontakt (patientid);
create table sokord (sokordid blob primary key, ord blob not null);
create table aktivitet (nr integer primary key, aktivitetid blob not null, kontaktid blob, ${HEADER}, slag blob not null, rubrik blob, mall blob, status blob,
  tid blob, slut blob, signerad blob, signerad_av blob, svar blob, remissid blob, ${CONCEPT('atgard')});
create index aktivitet_patient on aktivitet (patientid, slag);
create table aktivitetsrad (aktivitet blob not null, ordning integer not null, under integer, sokordid blob, text blob,
  tal blob, enhet blob, tid blob, ${CONCEPT('val')}, primary key (aktivitet, ordning)) without rowid;
create table analys (aktivitet blob not null, ordning integer not null, analysid blob not null, ${CONCEPT('analys')},
  status blob, tid blob, start blob, slut blob, varde blob, vardeslag blob, ${CONCEPT('varde')}, enhet blob, ref_lag blob,
  ref_hog blob, ref_text blob, ref_grupp blob, ${CONCEPT('flagga')}, provmaterial blob, metod blob, kommentar blob,
  primary key (aktivitet, ordning)) without rowid;
create table remiss (remissid blob primary key, enhet blob, ursprung blob, nummer blob, fraga blob, anamnes blob,
  bestallare blob, bestalld blob, kontaktid blob, ${CONCEPT('tjanst')});
create table varning (nr integer primary key, varningid blob not null, kontaktid blob, ${HEADER}, slag blob not null, status blob, sakerhet blob,
  allvarlig integer, lakemedel integer, reaktion blob, kommentar blob, fran blob, till blob, inaktuell blob,
  ${CONCEPT('typ')}, ${CONCEPT('varning')});
create index varning_patient on varning (patientid);
create table ordination (ordinationid blob primary key, kontaktid blob, ${HEADER}, status blob, ${CONCEPT('lakemedel')},
  ${CONCEPT('statusorsak')}, ${CONCEPT('vag')}, kedja blob, anteckning blob, fran blob, till blob, vid_behov integer,
  vid_behov_text blob);
create index ordination_patient on ordination (patientid);
create table ordinationsdos (ordinationid blob not null, ordning integer not null, anvisning blob, tider blob,
  mangd blob, enhet blob, primary key (ordinationid, ordning)) without rowid;
create table ordinationsorsak (ordinationid blob not null, ordning integer not null, ${CONCEPT('orsak')},
  primary key (ordinationid, ordning)) without rowid;
`
