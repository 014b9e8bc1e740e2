const UNIT = 'urn:oid:1.2.752.29.4.19#SE2321000131-E000000000030'

/** How many patients the runs have, and how many observations each. */
export const PATIENTS = 60
export const EACH = 50

/** Every observation says its own name, so that whatever is seen of it is known wherever it turns up. */
export const observationId = (patient: number, number: number) => `fo-${patient}-${number}`

/** Patients of a ward with observations, as NDJSON. */
export function faultRecords(): string {
  const lines: object[] = []
  for (let patient = 0; patient < PATIENTS; patient++) {
    const subject = { reference: `Patient/fp-${patient}` }
    const meta = { source: UNIT }
    const name = [{ family: `Fault${patient}` }]
    lines.push({ resourceType: 'Patient', id: `fp-${patient}`, meta, name })
    lines.push({
      resourceType: 'Encounter',
      id: `fe-${patient}`,
      meta,
      status: 'in-progress',
      class: { code: 'IMP' },
      subject,
    })
    for (let number = 0; number < EACH; number++) lines.push(anObservation(patient, number, meta))
  }
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`
}

/** One observation; `meta` is left out when it is written by a user. */
export function anObservation(patient: number, number: number, meta?: object): object {
  const id = observationId(patient, number)
  return {
    resourceType: 'Observation',
    id,
    ...(meta && { meta }),
    status: 'final',
    code: { text: 'Hb' },
    subject: { reference: `Patient/fp-${patient}` },
    valueString: `token(${id})`,
  }
}
