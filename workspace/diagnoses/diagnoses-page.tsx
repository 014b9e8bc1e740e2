import { Body, Card } from '../overview/card.tsx'
import type { PatientRows } from '../patient/patient-rows.ts'
import type { PatientRecord } from '../patient/record.ts'
import { restWords } from '../patient/use-rest.ts'
import type { DiagnosisRow } from './diagnoses.ts'

/** Every diagnosis of the record: what is active, then what is over. */
export function DiagnosesPage({
  record,
  rows: { diagnoses },
}: {
  readonly record: PatientRecord
  readonly rows: PatientRows
}) {
  const isActive = ({ isActive: active }: DiagnosisRow) => active
  return (
    <Card
      title="Diagnoser"
      meta={
        record.parts.conditions?.ok
          ? `${diagnoses.length}${restWords(record, 'conditions')}`
          : undefined
      }
    >
      <Body
        record={record}
        of={['conditions']}
        isEmpty={diagnoses.length === 0}
        empty="Inga diagnoser."
      >
        <div className="scroll">
          <table>
            <caption className="heard">Alla diagnoser</caption>
            <thead>
              <tr>
                <th scope="col">Kod</th>
                <th scope="col">Diagnos</th>
                <th scope="col">Från</th>
                <th scope="col">Till</th>
                <th scope="col">Slag</th>
                <th scope="col">Satt av</th>
              </tr>
            </thead>
            <Group title="Aktiva" rows={diagnoses.filter(isActive)} />
            <Group title="Tidigare" rows={diagnoses.filter((row) => !isActive(row))} />
          </table>
        </div>
      </Body>
    </Card>
  )
}

function Group({
  title,
  rows,
}: {
  readonly title: string
  readonly rows: readonly DiagnosisRow[]
}) {
  if (rows.length === 0) return null
  return (
    <tbody>
      <tr className="group">
        <th scope="rowgroup" colSpan={6}>
          {title} <span className="dim">{rows.length}</span>
        </th>
      </tr>
      {rows.map((row) => (
        <tr key={row.id}>
          <td className="num code">{row.code}</td>
          <th scope="row">{row.text}</th>
          <td className="num">{row.from}</td>
          <td className="num">{row.until}</td>
          <td className="quiet">{row.isAcute ? 'vid besök' : 'problemlista'}</td>
          <td className="quiet">{row.by}</td>
        </tr>
      ))}
    </tbody>
  )
}
