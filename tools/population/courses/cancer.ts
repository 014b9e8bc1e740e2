import { type Chart, later, type Visit, visit } from '../chart.ts'
import { swedish } from '../exact.ts'
import { admit, type Stay } from '../records/admission.ts'
import { note } from '../records/notes.ts'
import { diagnose, flag, procedure } from '../records/problems.ts'
import { book, refer } from '../records/requests.ts'
import { type LabValues, labs } from '../records/results.ts'
import { prescribe } from '../records/treatment.ts'
import { type Day, workday } from '../time.ts'
import {
  atCentre,
  type Course,
  dayBetween,
  measure,
  personText,
  pressureOf,
  weightOn,
  yearly,
} from './course.ts'

interface Kind {
  readonly code: 'C50.9' | 'C18.9' | 'C61.9'
  readonly text: string
  readonly complaint: string
  readonly finding: string
  readonly question: string
  readonly answer: string
  readonly clinic: 'surgeryClinic'
  readonly treatment: string
  readonly marker: 'P-PSA' | 'P-CEA' | undefined
}

const BREAST: Kind = {
  code: 'C50.9',
  text: 'Bröstcancer vänster, T1N0',
  complaint: 'Känt en knöl i vänster bröst sedan två veckor.',
  finding:
    'Fast resistens 15 mm i övre yttre kvadranten vänster bröst. Inga förstorade körtlar i axillen.',
  question: 'Knöl vänster bröst. Välgrundad misstanke om bröstcancer, SVF.',
  answer:
    'Mammografi och ultraljud: oregelbunden tät förändring 14 mm vänster bröst, kod 5. Mellannålsbiopsi: invasiv duktal cancer, ER+ 95 %, PR+ 80 %, HER2-negativ, Ki67 18 %.',
  clinic: 'surgeryClinic',
  treatment:
    'Partiell mastektomi med sentinel node, därefter strålbehandling och letrozol i fem år.',
  marker: undefined,
}

const COLON: Kind = {
  code: 'C18.9',
  text: 'Koloncancer, T3N0',
  complaint: 'Trötthet och blod i avföringen sedan två månader. Gått ned tre kilo.',
  finding: 'Buk mjuk, lätt ömhet höger fossa. Rektalpalpation: inget blod på handsken.',
  question: 'Järnbristanemi och F-Hb positivt. Välgrundad misstanke om kolorektal cancer, SVF.',
  answer:
    'Koloskopi: cirkulär tumör i colon ascendens. PAD: måttligt differentierat adenokarcinom. DT buk-thorax: ingen metastas.',
  clinic: 'surgeryClinic',
  treatment: 'Högersidig hemikolektomi. Ingen adjuvant behandling efter MDK.',
  marker: 'P-CEA',
}

const PROSTATE: Kind = {
  code: 'C61.9',
  text: 'Prostatacancer, Gleason 3+4',
  complaint: 'Tätare vattenkastning och svag stråle.',
  finding: 'Palpation: fast knöl i vänster lob, T2.',
  question: 'PSA stigande, misstänkt palpationsfynd. SVF prostatacancer.',
  answer:
    'MR prostata: PI-RADS 4 vänster. Riktade biopsier: adenokarcinom Gleason 3+4 i tre av tolv.',
  clinic: 'surgeryClinic',
  treatment: 'Robotassisterad radikal prostatektomi. PSA-kontroller.',
  marker: 'P-PSA',
}

/** A cancer found in time: suspicion, fast track, treatment, and five years of checks; for some it returns. */
export const cancer: Course = (chart) => {
  const { random, begins, now, person } = chart
  const own = person.sex === 'female' ? BREAST : PROSTATE
  const kind = random.chance(0.7) ? own : COLON
  const day = dayBetween(chart, begins + 200, now.day - 220)
  suspicion(chart, day, kind)
  operation(chart, workday(day + 34), kind)
  const isBack = random.chance(0.15)
  for (const [index, at] of [...yearly(chart, day + 90, 6)].entries()) {
    if (index < 11) followUp(chart, at, kind, index, isBack && index > 6)
  }
  book(chart, {
    unit: 'oncologyClinic',
    at: { day: workday(now.day + random.whole(20, 160)), minutes: 10 * 60 },
    what: 'Onkolog, årskontroll',
  })
}

function markerValue(chart: Chart, kind: Kind, stage: 'found' | 'well' | 'back'): LabValues {
  const { random } = chart
  if (kind.marker === 'P-PSA')
    return { 'P-PSA': { found: random.about(11, 2), well: 0.1, back: random.about(4, 0.8) }[stage] }
  if (kind.marker === 'P-CEA')
    return {
      'P-CEA': {
        found: random.about(8, 1.5),
        well: random.about(2, 0.4),
        back: random.about(14, 3),
      }[stage],
    }
  return {}
}

function suspicion(chart: Chart, day: Day, kind: Kind): void {
  const at = atCentre(chart, day, 'Läkarbesök', kind.code, { text: 'Misstanke om cancer' })
  const hb = chart.body.hb - (kind.code === 'C18.9' ? 34 : 2)
  labs(at, {
    'B-Hb': hb,
    'P-CRP': 4,
    'P-Kreatinin': chart.body.creatinine,
    'P-ALAT': 0.4,
    ...markerValue(chart, kind, 'found'),
    ...(kind.code === 'C18.9' ? { 'P-Ferritin': 8, 'Erc(B)-MCV': 78 } : {}),
  })
  measure(at, { bp: pressureOf(chart), weight: weightOn(chart, day, -2) })
  note(at, 'Besöksanteckning', [
    ['Kontaktorsak', kind.complaint],
    ['Status', kind.finding],
    ['Undersökningsresultat', `Hb ${Math.round(hb)} g/L.`],
    ['Bedömning', 'Välgrundad misstanke om cancer.'],
    ['Information', 'Patienten informerad om misstanken och om standardiserat vårdförlopp.'],
    ['Åtgärd', 'Remiss enligt SVF.'],
  ])
  const isWomans = kind.code === 'C50.9'
  refer(at, {
    to: isWomans ? 'radiology' : 'surgeryClinic',
    kind: isWomans ? 'Röntgenremiss' : 'Konsultremiss',
    what: isWomans ? 'Mammografi och ultraljud bröst' : 'SVF-utredning',
    question: kind.question,
    urgent: true,
    answer: { after: 8 * 1440, text: kind.answer },
  })
}

function operation(chart: Chart, day: Day, kind: Kind): void {
  const clinic = visit(chart, {
    unit: kind.clinic,
    day: workday(day - 10),
    type: 'Läkarbesök',
    reason: kind.code,
    reasonText: kind.text,
    length: 40,
  })
  diagnose(clinic, kind.code, { text: kind.text })
  note(clinic, 'Besöksanteckning', [
    ['Kontaktorsak', 'Besked efter utredning.'],
    ['Undersökningsresultat', kind.answer],
    ['Bedömning', `${kind.text}. Diskuterad på multidisciplinär konferens.`],
    ['Information', 'Besked givet, anhörig med. Kontaktsjuksköterska utsedd, Min vårdplan lämnad.'],
    ['Planering', kind.treatment],
  ])
  const ward = admit(chart, surgicalStay(chart, day, kind))
  if (kind.code === 'C50.9') prescribe(ward, 'letrozol')
  prescribe(ward, 'paracetamolFast', { days: 14 })
  if (kind.code === 'C18.9') {
    procedure({ ...clinic, at: { day: workday(day - 24), minutes: 600 } }, 'UJF32')
    prescribe(ward, 'dalteparin', { days: 28, reason: 'Trombosprofylax efter operation' })
  }
}

function surgicalStay(chart: Chart, day: Day, kind: Kind): Stay {
  const { body, random } = chart
  const nights = kind.code === 'C18.9' ? random.whole(4, 6) : random.whole(1, 2)
  const steps = Array.from({ length: nights }, () => 0)
  return {
    ward: 'surgeryWard',
    isPlanned: true,
    day,
    nights,
    reason: kind.code,
    reasonText: kind.text,
    arrival: [
      ['Kontaktorsak', 'Planerad inläggning för operation.'],
      [
        'Bedömning',
        `${personText(chart, day)} med ${kind.text.toLowerCase()}. Inga hinder för operation.`,
      ],
    ],
    admission: [
      ['Inskrivningsorsak', 'Planerad operation.'],
      ['Planering', kind.treatment],
    ],
    daily: steps.map((_, index) => [
      [
        'Aktuellt',
        index === 0
          ? 'Mår efter omständigheterna väl. Smärtlindrad.'
          : 'Äter och dricker. Uppegående.',
      ],
      ['Status', 'Buk mjuk. Såret torrt.'],
      [
        'Planering',
        index === 0
          ? 'Mobilisering. Dryck fritt.'
          : 'Hemgång när gasavgång och smärtfri på tabletter.',
      ],
    ]),
    epicrisis: [
      [
        'Sammanfattning av vårdförlopp',
        `${kind.treatment.split('.')[0]?.split(',')[0]}. Okomplicerat postoperativt förlopp.`,
      ],
      ['Uppföljning', 'Återbesök för PAD-svar om tre veckor. Därefter onkologmottagningen.'],
      ['Utskriven till', 'Hemmet.'],
    ],
    labs: {
      'B-Hb': [body.hb - 4, body.hb - 16, body.hb - 15],
      'P-CRP': [3, 74, 92, 48, 20],
      'P-Kreatinin': [body.creatinine, body.creatinine],
      'P-Kalium': [4, 3.7, 3.8],
    },
    vitals: [
      { bp: [138, 80], pulse: 78, breaths: 15, saturation: 97, temperature: 36.8 },
      { bp: [128, 76], pulse: 74, breaths: 14, saturation: 98, temperature: 36.9 },
    ],
  }
}

function followUp(chart: Chart, day: Day, kind: Kind, index: number, isBack: boolean): void {
  const at = visit(chart, {
    unit: 'oncologyClinic',
    day,
    type: index % 2 === 0 ? 'Läkarbesök' : 'Telefonkontakt',
    reason: kind.code,
    reasonText: kind.text,
    ...(index % 2 === 0 ? {} : { kind: 'VR' as const }),
  })
  const marker = markerValue(chart, kind, isBack ? 'back' : 'well')
  labs(at, {
    'B-Hb': chart.body.hb - 3,
    'B-LPK': chart.random.about(6, 0.8),
    'B-TPK': Math.round(chart.random.about(240, 25)),
    'P-Kreatinin': chart.body.creatinine,
    'P-ALP': isBack ? 3.4 : 1.2,
    ...marker,
  })
  const value = Object.entries(marker)[0]
  note(at, index % 2 === 0 ? 'Besöksanteckning' : 'Telefonkontakt', [
    ['Kontaktorsak', 'Uppföljning efter cancerbehandling.'],
    [
      'Aktuellt',
      isBack
        ? 'Värk i ländryggen sedan en månad, mest på natten.'
        : chart.random.pick([
            'Mår bra. Arbetar som vanligt.',
            'Trött till och från, annars inga besvär.',
            'Svettningar och ledvärk av behandlingen, hanterbart.',
          ]),
    ],
    value ? ['Undersökningsresultat', `${value[0]} ${swedish(value[1] ?? 0, 1)} µg/L.`] : undefined,
    ['Bedömning', isBack ? 'Misstanke om återfall i skelettet.' : 'Inga tecken på återfall.'],
    [
      'Planering',
      isBack
        ? 'DT och skelettscintigrafi. MDK. Palliativt team informerat.'
        : 'Ny kontroll om sex månader.',
    ],
  ])
  if (isBack) recurrence(at, index)
}

function recurrence(at: Visit, index: number): void {
  if (index !== 7) return
  diagnose(at, 'C79.5', { text: 'Skelettmetastaser' })
  prescribe(at, 'morfin')
  prescribe(at, 'makrogol')
  flag(at, 'Behandling', 'Behandlingsbegränsning: ej HLR, ej IVA')
  refer(
    { ...at, at: later(at.at, 5) },
    {
      to: 'radiology',
      kind: 'Röntgenremiss',
      what: 'DT thorax-buk-skelett',
      question: 'Misstanke om skelettmetastaser.',
      answer: {
        after: 6 * 1440,
        text: 'Multipla sklerotiska förändringar i ländrygg och bäcken, förenliga med metastaser. Inga viscerala metastaser.',
      },
    },
  )
}
