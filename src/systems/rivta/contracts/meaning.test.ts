import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import { fieldsOf } from '../mapping/fields.ts'
import type { Mapping } from '../mapping/mapping.ts'
import { readXml } from '../soap/read-xml.ts'
import type { Contract } from './contract.ts'
import { getCareDocumentation2, getCareDocumentation3 } from './get-care-documentation.ts'
import { getCarePlans } from './get-care-plans.ts'
import { getDiagnosis } from './get-diagnosis.ts'
import { getFunctionalStatus } from './get-functional-status.ts'
import { getImagingOutcome } from './get-imaging-outcome.ts'
import { getMedicationHistory } from './get-medication-history.ts'
import { getReferralOutcome } from './get-referral-outcome.ts'
import { getVaccinationHistory } from './get-vaccination-history.ts'

const mapping: Mapping = {
  patient: { root: '1.2.752.129.2.1.3.1', extension: '191212121212' },
  patientId: 'p1',
  idOf: (type, ...key) => [type, ...key].join('-'),
  organizationOf: () => undefined,
}

const header = (name: string, more = '', signed = '') =>
  `<${name}><documentId>1</documentId><sourceSystemHSAId>SE1-S</sourceSystemHSAId>
    <accountableHealthcareProfessional><authorTime>20260701083000</authorTime>
    <healthcareProfessionalName>Åsa Öberg</healthcareProfessionalName></accountableHealthcareProfessional>
    ${signed}<approvedForPatient>true</approvedForPatient>${more}</${name}>`
const SIGNED =
  '<legalAuthenticator><signatureTime>20260701090000</signatureTime></legalAuthenticator>'
const NULLIFIED = '<nullified>true</nullified>'

/** What an item becomes; the first of it, loosely typed, as each test looks at a few elements. */
function read(contract: Contract, item: string) {
  const element = readXml(`<item xmlns="${contract.shape.core}">${item}</item>`)
  const fields = fieldsOf(element)
  const { resources } = contract.toRecord(fields, mapping)
  const plain = (resource: FhirResource | undefined) => JSON.parse(JSON.stringify(resource ?? null))
  return { first: plain(resources[0]), second: plain(resources[1]), left: fields.left() }
}

const note = (text: string, more = '', signed = '') =>
  `${header('careDocumentationHeader', more, signed)}<careDocumentationBody><clinicalDocumentNote>
    <clinicalDocumentNoteCode>sva</clinicalDocumentNoteCode><clinicalDocumentNoteTitle>Rond</clinicalDocumentNoteTitle>
    ${text}</clinicalDocumentNote></careDocumentationBody>`
const text = (words: string) => `<clinicalDocumentNoteText>${words}</clinicalDocumentNoteText>`

test('a note is signed, unsigned or taken back', () => {
  const status = (more: string, signed: string) =>
    read(getCareDocumentation2, note(text('Ej feber'), more, signed)).first.status
  assert.equal(status('', SIGNED), 'final')
  assert.equal(status('', ''), 'preliminary')
  assert.equal(status(NULLIFIED, SIGNED), 'entered-in-error')
})

test('a note has its type by name, its time with the offset of the day, and its author', () => {
  const { first } = read(getCareDocumentation2, note(text('Ej feber')))
  assert.equal(first.type.text, 'Slutenvårdsanteckning')
  assert.equal(first.title, 'Rond')
  assert.equal(first.date, '2026-07-01T08:30:00+02:00')
  assert.equal(first.author[0].display, 'Åsa Öberg')
})

test('sökord are sections, coded by an id that means something in their own system alone', () => {
  const docBook =
    '&lt;article&gt;&lt;section role="A17"&gt;&lt;title&gt;Status&lt;/title&gt;&lt;para&gt;Ej feber&lt;/para&gt;&lt;/section&gt;&lt;/article&gt;'
  const [section] = read(getCareDocumentation2, note(text(docBook))).first.section
  assert.equal(section.title, 'Status')
  assert.deepEqual(section.code.coding, [
    { system: 'urn:karna:rivta:sokord:SE1-S', code: 'A17', display: 'Status' },
  ])
})

test('a note that is a document stands among the notes and points at it', () => {
  const entry =
    '<multimediaEntry><mediaType>application/pdf</mediaType><value>aGVq</value></multimediaEntry>'
  const { first, second } = read(getCareDocumentation2, note(entry))
  assert.equal(second.content[0].attachment.data, 'aGVq')
  assert.equal(first.section[0].entry[0].reference, `DocumentReference/${second.id}`)
})

test('a note is the same record in both versions', () => {
  const older = read(getCareDocumentation2, note(text('x'))).first
  const newer = read(
    getCareDocumentation3,
    `<header><accessControlHeader/><sourceSystemId><root>1.2.752.129.2.1.4.1</root><extension>SE1-S</extension></sourceSystemId>
     <record><id><root>1.2.752.129.2.1.2.1</root><extension>1</extension></id><timestamp>20260701083000</timestamp></record></header>
     <body>${text('x')}</body>`,
  ).first
  assert.equal(newer.id, older.id)
})

const referral = (type: string) =>
  `${header('referralOutcomeHeader')}<referralOutcomeBody><referralOutcomeTypeCode>${type}</referralOutcomeTypeCode>
   <referralOutcomeText>Ingen malignitet</referralOutcomeText><referral><referralId>R1</referralId>
   <referralReason>Malignt?</referralReason></referral></referralOutcomeBody>`

test('the answer that ends a referral is final, one that more may follow is not', () => {
  const { first } = read(getReferralOutcome, referral('SS'))
  assert.equal(first.status, 'final')
  assert.equal(first.conclusion, 'Ingen malignitet')
  assert.equal(first.contained[0].reasonCode[0].text, 'Malignt?')
  assert.equal(read(getReferralOutcome, referral('SR')).first.status, 'preliminary')
})

test('an imaging answer is preliminary, final or added to, and its examinations are studies', () => {
  const imaging = (type: string, time = '20260701120000') =>
    read(
      getImagingOutcome,
      `${header('imagingOutcomeHeader')}<imagingOutcomeBody><typeOfResult>${type}</typeOfResult>
       <resultTime>${time}</resultTime><resultReport>Ingen blödning</resultReport>
       <imageRecording><examinationActivity><originalText>DT hjärna</originalText></examinationActivity>
       <examinationTimePeriod><start>20260701100000</start></examinationTimePeriod>
       <examinationStatus>Makulerad</examinationStatus></imageRecording></imagingOutcomeBody>`,
    )
  assert.deepEqual(
    ['PREL', 'DEF', 'TILL'].map((type) => imaging(type).first.status),
    ['preliminary', 'final', 'appended'],
  )
  const { first, second } = imaging('DEF')
  assert.equal(first.code.text, 'DT hjärna')
  assert.equal(first.effectiveDateTime, '2026-07-01T10:00:00+02:00')
  assert.equal(second.status, 'entered-in-error')
  assert.equal(first.issued, '2026-07-01T12:00:00+02:00')
  const { issued, extension } = imaging('DEF', '20260701').first
  assert.equal(issued, undefined)
  assert.ok(JSON.stringify(extension).includes('"valueDateTime":"2026-07-01"'), 'no day is lost')
})

const order = (type: string, status: string, more = '') =>
  `${header('medicationMedicalRecordHeader')}<medicationMedicalRecordBody><medicationPrescription>
   <typeOfPrescription>${type}</typeOfPrescription><prescriptionStatus>${status}</prescriptionStatus>
   <drug><drug><atcCode><code>C03CA01</code><codeSystem>1.2.752.129.2.2.3.1.1</codeSystem>
   <displayName>Furosemid tablett 40 mg</displayName></atcCode></drug>${more}</drug>
   </medicationPrescription></medicationMedicalRecordBody>`

test('an order goes on, was stopped, or came to its end', () => {
  const status = (type: string, state: string) =>
    read(getMedicationHistory, order(type, state)).first.status
  assert.equal(status('I', 'Active'), 'active')
  assert.equal(status('U', 'Inactive'), 'stopped')
  assert.equal(status('I', 'Inactive'), 'completed')
})

test('a drug is called what the source calls it, with its code', () => {
  const { medicationCodeableConcept } = read(getMedicationHistory, order('I', 'Active')).first
  assert.equal(medicationCodeableConcept.text, 'Furosemid tablett 40 mg')
  assert.equal(medicationCodeableConcept.coding[0].system, 'http://www.whocc.no/atc')
})

const STRUCTURED = `<setDosage><occasionDosage><period><value>1</value><unit>d</unit></period>
  <administration><dose><low>1</low><high>2</high><unit>tablett</unit></dose><time>08</time><dayOfPeriod>1</dayOfPeriod></administration>
  </occasionDosage></setDosage><maximumDosage><frequencyDosage><dose><low>4</low><unit>tablett</unit></dose>
  <frequency><value>1</value><unit>d</unit></frequency></frequencyDosage></maximumDosage>`

test('a dosage stands as it was written; one in parts is put into words, nothing left out', () => {
  const dosage = (more: string) =>
    read(getMedicationHistory, order('I', 'Active', `<dosage>${more}${STRUCTURED}</dosage>`)).first
      .dosageInstruction[0]
  const words = 'Under 1 d: 1–2 tablett kl 08 dag 1; Högst: 4 tablett, 1 d'
  assert.equal(dosage('').text, words)
  const written = dosage(
    '<dosageInstruction>1 tablett till natten, EJ med alkohol</dosageInstruction>',
  )
  assert.equal(written.text, '1 tablett till natten, EJ med alkohol')
  assert.ok(JSON.stringify(written.extension).includes(words))
})

test('plain times of the day are doses that can be shown in columns, anything else stays in words', () => {
  const occasion = (time: string, dose: string, high = dose) =>
    `<administration><dose><low>${dose}</low><high>${high}</high><unit>tablett</unit></dose><time>${time}</time><dayOfPeriod>1</dayOfPeriod></administration>`
  const dosages = (occasions: string) =>
    read(
      getMedicationHistory,
      order(
        'I',
        'Active',
        `<dosage><setDosage><occasionDosage><period><value>1</value><unit>d</unit></period>${occasions}</occasionDosage></setDosage></dosage>`,
      ),
    ).first.dosageInstruction
  const [morning, evening] = dosages(occasion('morgon', '2') + occasion('kväll', '0.5'))
  assert.deepEqual(morning.timing.repeat.when, ['MORN'])
  assert.deepEqual(evening.doseAndRate[0].doseQuantity, { value: 0.5, unit: 'tablett' })
  assert.equal(dosages(occasion('morgon', '1', '2'))[0].timing, undefined)
  assert.equal(dosages(occasion('07.30', '1'))[0].timing, undefined)
})

test('as needed is said plainly, or with what for', () => {
  const dosage = (condition: string) =>
    read(
      getMedicationHistory,
      order(
        'I',
        'Active',
        `<dosage><conditionalDosage><conditionDescription>${condition}</conditionDescription></conditionalDosage></dosage>`,
      ),
    ).first.dosageInstruction[0]
  assert.equal(dosage('Vid behov').asNeededBoolean, true)
  assert.equal(dosage('vid smärta').asNeededCodeableConcept.text, 'vid smärta')
})

test('what is chronic is on the problem list, any other diagnosis is of its contact', () => {
  const category = (chronic: string) =>
    read(
      getDiagnosis,
      `${header('diagnosisHeader')}<diagnosisBody><typeOfDiagnosis>Huvuddiagnos</typeOfDiagnosis>${chronic}</diagnosisBody>`,
    ).first.category[0].coding[0].code
  assert.equal(category('<chronicDiagnosis>true</chronicDiagnosis>'), 'problem-list-item')
  assert.equal(category('<chronicDiagnosis>false</chronicDiagnosis>'), 'encounter-diagnosis')
  assert.equal(category(''), 'encounter-diagnosis')
})

test('each vaccine of a record is one, with its dose and batch; one that was only noted is there too', () => {
  const vaccination = (administrations: string) =>
    read(
      getVaccinationHistory,
      `${header('vaccinationMedicalRecordHeader')}<vaccinationMedicalRecordBody><registrationRecord><date>20260701</date>
       <vaccinationUnstructuredNote>TBE, dos 2</vaccinationUnstructuredNote></registrationRecord>${administrations}</vaccinationMedicalRecordBody>`,
    )
  const given = (name: string, batch: string) =>
    `<administrationRecord><doseOrdinalNumber>2</doseOrdinalNumber><vaccineName><originalText>${name}</originalText></vaccineName>
     <vaccineBatchId>${batch}</vaccineBatchId></administrationRecord>`
  const { first, second } = vaccination(given('Encepur', '007') + given('Fluarix', 'B2'))
  assert.deepEqual([first.vaccineCode.text, first.lotNumber], ['Encepur', '007'])
  assert.equal(first.protocolApplied[0].doseNumberPositiveInt, 2)
  assert.equal(second.vaccineCode.text, 'Fluarix')
  assert.notEqual(first.id, second.id)
  assert.equal(vaccination('').first.vaccineCode.text, 'TBE, dos 2')
})

test('an impairment is a condition by ICF, what a person manages is an observation', () => {
  const status = (category: string, body: string) =>
    read(
      getFunctionalStatus,
      `${header('functionalStatusAssessmentHeader')}<functionalStatusAssessmentBody><assessmentCategory>${category}</assessmentCategory>${body}</functionalStatusAssessmentBody>`,
    ).first
  const impairment = status(
    'fun-fun',
    '<disability><disabilityAssessment><code>b230</code><codeSystem>1.2.752.116.1.1.3</codeSystem><displayName>Hörsel</displayName></disabilityAssessment></disability>',
  )
  assert.equal(impairment.resourceType, 'Condition')
  assert.equal(impairment.code.coding[0].code, 'b230')
  const daily = status(
    'pad-pad',
    '<padl><typeOfAssessment><originalText>Förflyttning</originalText></typeOfAssessment><assessment>Klarar ej själv</assessment></padl>',
  )
  assert.deepEqual(daily.component, [
    { code: { text: 'Förflyttning' }, valueString: 'Klarar ej själv' },
  ])
})

test('a care plan has its kind by name, its documents and who takes part', () => {
  const { first, second } = read(
    getCarePlans,
    `${header('carePlanHeader')}<carePlanBody><content><mediaType>text/plain</mediaType><value>aGVq</value></content>
     <participatingCareUnitHSAId><root>1.2.752.129.2.1.4.1</root><extension>SE1-V</extension></participatingCareUnitHSAId>
     <typeOfCarePlanEnum>SIP</typeOfCarePlanEnum></carePlanBody>`,
  )
  assert.equal(first.category[0].text, 'Samordnad individuell plan')
  assert.equal(first.contributor[0].identifier.value, 'SE1-V')
  assert.equal(first.supportingInfo[0].reference, `DocumentReference/${second.id}`)
})
