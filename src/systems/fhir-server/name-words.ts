/**
 * What a product is asked for a name by, so that whoever we would find is among those it finds. Products search the parts of a
 * name; we search the whole of it too (`HumanName.text`), whose beginning is the beginning of some part.
 *
 * https://hl7.org/fhir/R4/patient.html#search
 */
export function nameWords(text: string): readonly string[] {
  const [first = ''] = text.trim().split(/[\s,]+/)
  return first === '' || first === text ? [text] : [text, first]
}
