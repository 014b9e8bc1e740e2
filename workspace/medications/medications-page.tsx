import { Body, Card } from '../overview/card.tsx'
import type { PatientRows } from '../patient/patient-rows.ts'
import type { PatientRecord } from '../patient/record.ts'
import { restWords } from '../patient/use-rest.ts'
import { Source } from '../sources/source.tsx'
import { counted } from '../words.ts'
import { DoseHeads, Doses, MedicationName, MedicationWarnings, Tag } from './medication-card.tsx'
import { MEDICATION_GROUPS, type MedicationRow } from './medications.ts'

/** Every prescription of the record, by group, with dosage, reason and prescriber. */
export function MedicationsPage({
  record,
  rows: { everyMedication, warnings },
}: {
  readonly record: PatientRecord
  readonly rows: PatientRows
}) {
  return (
    <Card
      title="Läkemedel"
      meta={
        record.parts.medications?.ok
          ? `${counted(everyMedication.length, 'ordination', 'ordinationer')}${restWords(record, 'medications')}`
          : undefined
      }
    >
      <MedicationWarnings warnings={warnings} />
      <Body
        record={record}
        of={['medications']}
        isEmpty={everyMedication.length === 0}
        empty="Inga ordinationer."
      >
        <div className="scroll">
          <table className="medications full">
            <caption className="heard">Alla ordinationer efter grupp</caption>
            <thead>
              <tr>
                <th scope="col">Läkemedel</th>
                <DoseHeads />
                <th scope="col">Dosering</th>
                <th scope="col">Ordinationsorsak</th>
                <th scope="col">Ordinerat</th>
                <th scope="col">Av</th>
              </tr>
            </thead>
            {MEDICATION_GROUPS.map((group) => (
              <Group
                key={group}
                group={group}
                rows={everyMedication.filter((row) => row.group === group)}
              />
            ))}
          </table>
        </div>
      </Body>
    </Card>
  )
}

function Group({
  group,
  rows,
}: {
  readonly group: string
  readonly rows: readonly MedicationRow[]
}) {
  if (rows.length === 0) return null
  return (
    <tbody>
      <tr className="group">
        <th scope="rowgroup" colSpan={9}>
          {group} <span className="dim">{rows.length}</span>
        </th>
      </tr>
      {rows.map((row) => (
        <tr key={row.id} className={group === 'Pausade' ? 'paused' : undefined}>
          <th scope="row">
            <span className="drug">
              <MedicationName row={row} />
              <Tag row={row} />
              <Source id={row.id} />
            </span>
          </th>
          {row.doses || group === 'Pausade' ? <Doses row={row} /> : <td colSpan={4} />}
          <td>{row.text}</td>
          <td className="quiet">{row.reason}</td>
          <td className="num quiet">{row.since}</td>
          <td className="quiet">{row.by}</td>
        </tr>
      ))}
    </tbody>
  )
}
