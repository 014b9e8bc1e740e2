import {
  type Chart,
  later,
  type Moment,
  metaOf,
  openChart,
  put,
  referenceTo,
  textOf,
  type Visit,
} from '../chart.ts'
import { alcohol, withdrawal } from '../courses/alcohol.ts'
import { copd, exacerbation, lungWorkup } from '../courses/copd.ts'
import type { Course } from '../courses/course.ts'
import { diabetes } from '../courses/diabetes.ts'
import { heartFailure } from '../courses/heart-failure.ts'
import { decompensation } from '../courses/heart-failure-stay.ts'
import { routine } from '../courses/routine.ts'
import type { TakeNumber } from '../facts/personnummer.ts'
import { PLACES } from '../facts/places.ts'
import { teamAt } from '../organisations.ts'
import type { Person } from '../person.ts'
import { randomFrom } from '../random.ts'
import { admit, type Stay } from '../records/admission.ts'
import { allergy, diagnose, flag, procedure } from '../records/problems.ts'
import { refer, todo } from '../records/requests.ts'
import { microbiology } from '../records/results.ts'
import { prescribe } from '../records/treatment.ts'
import type { Day } from '../time.ts'
import { pneumonia } from './pneumonia.ts'
import { arrhythmia, bleeding, cellulitis, delirium, embolism, urosepsis } from './stays.ts'

interface Inpatient {
  readonly given: readonly string[]
  readonly family: string
  readonly sex: 'female' | 'male'
  readonly year: number
  readonly kin: readonly [name: string, relation: string]
  /** cm and kg at the beginning of the ten years, where the story needs them. */
  readonly build?: Pick<Chart['body'], 'height' | 'weight' | 'isSteady'>
  /** What the years before were about. */
  readonly before: readonly Course[]
  /** Before anything else: what the patient can't have. */
  readonly first?: Course
  readonly daysAgo: number
  readonly stay: (chart: Chart, day: Day) => Stay
  readonly orders: (ward: Visit) => void
}

/** Those who lie on Avd 30E just now, each with a story of their own. */
const INPATIENTS: readonly Inpatient[] = [
  {
    given: ['Britt-Marie', 'Elisabet'],
    // Ten years later: the 69,5 kg that the ward aims at.
    build: { height: 163, weight: 67.5, isSteady: true },
    family: 'Lindqvist',
    sex: 'female',
    year: 1947,
    kin: ['Cecilia Lindqvist', 'dotter'],
    first: (chart) => penicillinAnaphylaxis(chart),
    before: [heartFailure, diabetes, copd],
    daysAgo: 3,
    stay: pneumonia,
    orders: lindqvist,
  },
  inpatient(
    'Karl-Erik|Åström|male|1941|Gun Åström|hustru',
    [copd],
    2,
    (chart, day) => exacerbation(chart, day, 30),
    (ward) => {
      lungWorkup(ward, 'Hyperinflaterade lungor. Inga infiltrat. Ingen stas.')
      prescribe(ward, 'prednisolon', { days: 5, reason: 'KOL-exacerbation' })
      todo(ward, 'Kontrollera blodgas före utskrivning', ward.at.day + 3)
      todo(ward, 'Boka astma/KOL-sköterska', ward.at.day + 4)
    },
  ),
  inpatient('Ingegerd|Wikström|female|1951|Lars Wikström|make', [], 1, urosepsis, (ward) => {
    prescribe(ward, 'cefotaxim', { days: 5, reason: 'Febril urinvägsinfektion' })
    microbiology(
      ward,
      'Urinodling',
      'Escherichia coli, ≥ 100 000 CFU/mL. Resistensbesked följer.',
      later(ward.at, 1100),
    )
    todo(ward, 'Byt till peroral antibiotika efter resistensbesked', ward.at.day + 2)
  }),
  inpatient(
    'Thomas|Ström|male|1972|Anette Ström|syster',
    [alcohol],
    1,
    (chart, day) => ({ ...withdrawal(chart, day, 30) }),
    (ward) => {
      prescribe(ward, 'oxazepam', { days: 6, reason: 'Alkoholabstinens' })
      prescribe(ward, 'tiaminInj', { days: 3, reason: 'Alkoholabstinens' })
      todo(ward, 'CIWA-Ar kl. 12 och 18', ward.at.day + 1)
      refer(ward, {
        to: 'addictionClinic',
        kind: 'Konsultremiss',
        what: 'Beroendemottagningen',
        question: 'Inneliggande för abstinens. Önskar tid inom en vecka efter utskrivning.',
      })
    },
  ),
  inpatient(
    'Rolf|Hedlund|male|1944|Margareta Hedlund|hustru',
    [heartFailure],
    3,
    (chart, day) => decompensation(chart, day, 30),
    (ward) => {
      prescribe(ward, 'furosemidInj', { days: 5 })
      todo(ward, 'Daglig vikt, målvikt enligt ordination', ward.at.day + 4)
      todo(ward, 'Hjärtsviktssköterska före hemgång', ward.at.day + 4)
    },
  ),
  inpatient('Mehmet|Yilmaz|male|1963|Aylin Yilmaz|dotter', [diabetes], 2, cellulitis, (ward) => {
    prescribe(ward, 'bensylpenicillin', { days: 4, reason: 'Erysipelas' })
    prescribe(ward, 'paracetamol')
    todo(ward, 'Sårvård mellan tår dagligen', ward.at.day + 2)
  }),
  inpatient('Aina|Berglund|female|1934|Sten Berglund|son', [], 4, delirium, (ward) => {
    prescribe(ward, 'pivmecillinam', { days: 5, reason: 'Urinvägsinfektion' })
    flag(ward, 'Behandling', 'Behandlingsbegränsning: ej HLR')
    procedure(ward, 'XV015')
    todo(ward, 'SIP med kommunen', ward.at.day + 5)
  }),
  inpatient('Peter|Forsberg|male|1968|Lena Forsberg|sambo', [], 1, embolism, (ward) => {
    prescribe(ward, 'apixaban', {
      name: 'Apixaban tablett 5 mg',
      dosage: {
        text: '2 tabletter 2 gånger dagligen i 7 dagar, därefter 1 tablett 2 gånger dagligen',
        doses: [2, 0, 2, 0],
      },
      reason: 'Lungemboli',
    })
    refer(ward, {
      to: 'physiology',
      kind: 'Remiss klinisk fysiologi',
      what: 'Ultraljud vener vänster ben',
      question: 'Lungemboli, vadsvullnad vänster. DVT?',
    })
  }),
  inpatient('Gunvor|Sjöberg|female|1943|Maria Sjöberg|dotter', [], 2, bleeding, (ward) => {
    procedure({ ...ward, at: later(ward.at, 180) }, 'UJD02', 'Gastroskopi: ulcus duodeni, klippt')
    prescribe(ward, 'omeprazol', { reason: 'Blödande sår i tolvfingertarmen' })
    prescribe(ward, 'ibuprofen', { stopped: { why: 'Blödande sår' } })
    todo(ward, 'Helicobacter-svar', ward.at.day + 3)
  }),
  inpatient('Anders|Claesson|male|1958|Eva Claesson|hustru', [], 1, arrhythmia, (ward) => {
    prescribe(ward, 'metoprolol')
    prescribe(ward, 'apixaban')
    refer(ward, {
      to: 'physiology',
      kind: 'Remiss klinisk fysiologi',
      what: 'Ekokardiografi (UKG)',
      question: 'Nyupptäckt förmaksflimmer. Strukturell hjärtsjukdom?',
    })
  }),
]

function inpatient(
  who: string,
  before: readonly Course[],
  daysAgo: number,
  stay: Inpatient['stay'],
  orders: Inpatient['orders'],
): Inpatient {
  const [given = '', family = '', sex, year, kin = '', relation = ''] = who.split('|')
  return {
    given: [given],
    family,
    sex: sex === 'male' ? 'male' : 'female',
    year: Number(year),
    kin: [kin, relation],
    before,
    daysAgo,
    stay,
    orders,
  }
}

/** The charts of the ward's patients. Each came some days ago and is still there. */
export function wardPatients(seed: string, now: Moment, take: TakeNumber): Chart[] {
  return INPATIENTS.map((story, index) => {
    const opened = openChart(personOf(story, index, take, seed), 'vgr', now, `${seed} ${index}`)
    const chart = { ...opened, body: { ...opened.body, ...story.build } }
    story.first?.(chart)
    for (const course of story.before) course(chart)
    if (story.before.length === 0) routine(chart)
    const stay = story.stay(chart, now.day - story.daysAgo)
    const team = teamAt('vgr', 'medicineWard')
    const pal = team.doctors[index === 0 ? 0 : index % team.doctors.length]
    const pas = team.nurses[index % team.nurses.length]
    const ward = admit(chart, { ...stay, ...(pal ? { pal } : {}), ...(pas ? { pas } : {}) })
    story.orders(ward)
    confirmAllergies(ward)
    return chart
  })
}

function personOf(story: Inpatient, index: number, take: TakeNumber, seed: string): Person {
  const random = randomFrom(`${seed} ward ${index}`)
  const place = random.pick(PLACES.vgr)
  const [name, relation] = story.kin
  return {
    ...take(random, story.year, story.sex),
    index,
    sex: story.sex,
    given: story.given,
    family: story.family,
    region: 'vgr',
    home: {
      street: `${random.pick(['Ringvägen', 'Parkvägen', 'Storgatan'])} ${random.whole(2, 40)}`,
      postalCode: `${place.postal} ${random.whole(10, 79)}`,
      place,
    },
    phone: `070-174 06 ${String(random.whole(5, 99)).padStart(2, '0')}`,
    kin: { name, relation, phone: `070-174 06 ${String(random.whole(5, 99)).padStart(2, '0')}` },
  }
}

/** At arrival the ward asks again, and writes down what is said. */
function confirmAllergies({ chart, unit, at, by }: Visit): void {
  for (const known of chart.resources.filter(
    (each) => each.resourceType === 'AllergyIntolerance',
  )) {
    put(chart, {
      ...known,
      id: chart.random.uuid(),
      meta: metaOf(unit),
      recordedDate: textOf(later(at, 30)),
      recorder: referenceTo(by),
    })
  }
}

function penicillinAnaphylaxis(chart: Chart): void {
  const { unit, doctors } = teamAt(chart.region, chart.centre)
  const by = doctors[0]
  if (!by) return
  const at: Visit = {
    chart,
    id: chart.random.uuid(),
    role: chart.centre,
    unit: unit.hsaId,
    at: { day: chart.begins + 6, minutes: 560 },
    by,
  }
  allergy(at, {
    substance: 'Penicillin',
    atc: 'J01CE',
    category: 'medication',
    manifestation: 'anafylaxi',
    severity: 'severe',
    isCritical: true,
  })
}

/** The ward's orders for Britt-Marie Lindqvist: those of the overview's drawing. */
function lindqvist(ward: Visit): void {
  const { chart } = ward
  flag({ ...ward, at: { day: chart.now.day - 1200, minutes: 600 } }, 'Smitta', 'ESBL-bärare 2023')
  flag(ward, 'Behandling', 'Behandlingsbegränsning: ej IVA')
  pause(chart, 'A10BA02', 'Nedsatt njurfunktion, akut sjuk')
  pause(chart, 'C03CA01', 'Ges intravenöst')
  diagnose(ward, 'J15.9', { text: 'Bakteriell pneumoni', passing: true })
  prescribe(ward, 'moxifloxacin', {
    days: 7,
    dosage: { text: '1 tablett på morgonen i 7 dagar', doses: [1, 0, 0, 0] },
  })
  prescribe(ward, 'furosemidInj', { days: 10 })
  prescribe({ ...ward, at: later(ward.at, 2 * 1440) }, 'kaliumklorid', { days: 10 })
  prescribe(ward, 'prednisolon', {
    days: 5,
    reason: 'KOL',
    dosage: { text: '6 tabletter på morgonen i 5 dagar', doses: [6, 0, 0, 0] },
  })
  prescribe(ward, 'paracetamol')
  prescribe(ward, 'zopiklon')
  lungWorkup(
    ward,
    'Infiltrat basalt i höger underlob. Lätt vidgade lungkärl och liten mängd pleuravätska bilateralt, förenligt med stas.',
  )
  const echo = {
    to: 'physiology',
    kind: 'Remiss klinisk fysiologi',
    what: 'Ekokardiografi (UKG)',
  } as const
  refer(ward, {
    ...echo,
    question: 'Försämrad hjärtsvikt. EF? Klaffel?',
    answer: {
      after: 1900,
      text: 'EF 40 %, måttlig mitralisinsufficiens. Förmaksflimmer. Lätt ökat tryck i lungkretsloppet, beräknat 42 mmHg.',
    },
  })
  microbiology(ward, 'Blododling × 2', 'Ingen växt, dygn 3.', later(ward.at, 3 * 1440 - 700))
  refer(ward, {
    to: 'laboratory',
    kind: 'Labremiss',
    what: 'Legionella-antigen i urin',
    question: 'Samhällsförvärvad pneumoni. Legionella?',
  })
  refer(
    { ...ward, at: later(ward.at, 2 * 1440) },
    {
      to: 'radiology',
      kind: 'Röntgenremiss',
      what: 'Lungröntgen, kontroll',
      question: 'Regress av infiltrat och stas?',
    },
  )
  todo(ward, 'Läkemedelsavstämning vid inskrivning', ward.at.day + 1)
  todo(ward, 'Signera konsultremiss fysioterapeut', chart.now.day)
  todo(ward, 'Ta ställning: i.v. → p.o. furosemid', chart.now.day)
  todo(ward, 'SIP-kallelse till kommunen', chart.now.day)
}

function pause(chart: Chart, atc: string, why: string): void {
  for (const [index, each] of chart.resources.entries()) {
    if (each.resourceType !== 'MedicationRequest' || each.status !== 'active') continue
    if (each.medicationCodeableConcept?.coding?.[0]?.code !== atc) continue
    chart.resources[index] = { ...each, status: 'on-hold', statusReason: { text: why } }
  }
}
