import { type Chart, type Visit, visit } from '../chart.ts'
import { swedish } from '../exact.ts'
import { admit, type Stay } from '../records/admission.ts'
import { note } from '../records/notes.ts'
import { diagnose, procedure } from '../records/problems.ts'
import { book, refer } from '../records/requests.ts'
import { labs } from '../records/results.ts'
import { prescribe } from '../records/treatment.ts'
import { type Day, workday } from '../time.ts'
import {
  atCentre,
  type Course,
  dayBetween,
  measure,
  onsetOf,
  personText,
  pressureOf,
  weightOn,
  yearly,
} from './course.ts'

/** Alcohol dependence: PEth that tells, visits at the clinic, a bad week on the ward, and better years. */
export const alcohol: Course = (chart) => {
  const { random, now } = chart
  const onset = onsetOf(chart, 0.3)
  const first = Math.max(onset, chart.begins + random.whole(10, 200))
  const soberFrom = first + random.whole(500, 1800)
  if (first + 60 < now.day) beginTreatment(chart, first, onset)
  for (const [index, day] of [...yearly(chart, first + 60, 4)].entries()) {
    if (index < 14) clinicVisit(chart, day, day > soberFrom)
  }
  const bad = dayBetween(chart, first + 120, Math.min(soberFrom, now.day - 30))
  if (bad < now.day - 12 && random.chance(0.7)) {
    const ward = admit(chart, withdrawal(chart, bad, random.whole(3, 5)))
    diagnose(ward, 'F10.3', { text: 'Alkoholabstinens', passing: true })
    prescribe(ward, 'oxazepam', { days: 6, reason: 'Alkoholabstinens' })
  }
  book(chart, {
    unit: 'addictionClinic',
    at: { day: workday(now.day + random.whole(5, 40)), minutes: 11 * 60 },
    what: 'Beroendemottagning, PEth och samtal',
  })
}

function beginTreatment(chart: Chart, day: Day, onset: Day): void {
  const at = atCentre(chart, day, 'Läkarbesök', 'F10.2', { text: 'Alkoholberoende' })
  const peth = chart.random.about(1.2, 0.3)
  labs(at, liverOf(chart, peth), 'Leverprover och PEth')
  measure(at, { bp: pressureOf(chart, 16), pulse: 92 })
  diagnose(at, 'F10.2', { text: 'Alkoholberoende', onset })
  prescribe(at, 'tiamin')
  note(at, 'Besöksanteckning', [
    ['Kontaktorsak', 'Vill ha hjälp att sluta dricka.'],
    [
      'Anamnes',
      'Dricker sedan flera år en helflaska vin per kväll, mer till helgerna. Darrig på morgonen. Partnern orolig.',
    ],
    ['Undersökningsresultat', `AUDIT 24 poäng. PEth ${swedish(peth, 2)} µmol/L.`],
    ['Bedömning', 'Alkoholberoende. Ej abstinent i dag.'],
    ['Planering', 'Remiss till beroendemottagningen. Tiamin. Ny kontakt om två veckor.'],
  ])
  refer(at, {
    to: 'addictionClinic',
    kind: 'Konsultremiss',
    what: 'Beroendemottagningen',
    question: 'Alkoholberoende, motiverad till behandling. Önskas övertagande.',
    answer: { after: 9 * 1440, text: 'Kallas inom två veckor.' },
  })
}

function liverOf({ random, body }: Chart, peth: number) {
  const heavy = Math.min(1.5, peth)
  return {
    'B-PEth': Math.max(0.02, peth),
    'P-ASAT': Math.max(0.3, 0.5 + heavy * 0.9 + random.about(0, 0.08)),
    'P-ALAT': Math.max(0.25, 0.5 + heavy * 0.5 + random.about(0, 0.08)),
    'P-GT': Math.max(0.3, 0.7 + heavy * 2.8 + random.about(0, 0.2)),
    'Erc(B)-MCV': Math.round(91 + heavy * 8 + random.about(0, 1)),
    'B-Hb': body.hb - 4,
    'B-TPK': Math.round(240 - heavy * 60 + random.about(0, 12)),
  } as const
}

function clinicVisit(chart: Chart, day: Day, isSober: boolean): void {
  const { random } = chart
  const at = visit(chart, {
    unit: 'addictionClinic',
    day,
    type: 'Läkarbesök',
    reason: 'F10.2',
    reasonText: 'Alkoholberoende',
    length: 45,
  })
  const relapse = random.chance(isSober ? 0.12 : 0.6)
  const peth = relapse ? random.about(0.8, 0.2) : Math.abs(random.about(0.03, 0.02))
  labs(at, liverOf(chart, peth), 'Leverprover och PEth')
  measure(at, { bp: pressureOf(chart, relapse ? 12 : 2), weight: weightOn(chart, day) })
  procedure(at, 'DU118')
  if (!relapse && random.chance(0.25)) prescribe(at, 'naltrexon', { days: 180 })
  clinicNote(at, relapse, peth)
}

function clinicNote(at: Visit, relapse: boolean, peth: number): void {
  note(at, 'Besöksanteckning', [
    [
      'Aktuellt',
      relapse
        ? 'Återfall de senaste veckorna, dricker vin de flesta kvällar. Skäms.'
        : 'Nykter sedan senaste besöket. Sover bättre, går på gruppträffar.',
    ],
    [
      'Psykiskt status',
      relapse
        ? 'Lätt sänkt grundstämning. Inga suicidtankar.'
        : 'Neutral grundstämning. Ögonkontakt.',
    ],
    ['Undersökningsresultat', `PEth ${swedish(Math.max(0.02, peth), 2)} µmol/L.`],
    ['Bedömning', relapse ? 'Alkoholberoende, återfall.' : 'Alkoholberoende i remission.'],
    [
      'Planering',
      relapse
        ? 'Tätare kontakt. Motiverande samtal. Nytt PEth om fyra veckor.'
        : 'Fortsatt återfallsprevention. PEth om tre till fyra månader.',
    ],
  ])
}

/** A stay for alcohol withdrawal. */
export function withdrawal(chart: Chart, day: Day, nights: number): Stay {
  return {
    ward: 'medicineWard',
    day,
    nights,
    reason: 'F10.3',
    reasonText: 'Alkoholabstinens',
    arrival: [
      ['Kontaktorsak', 'Skakningar, illamående och oro efter två veckors drickande.'],
      [
        'Anamnes',
        `${personText(chart, day)} med känt alkoholberoende. Senaste intag i går kväll. Haft abstinenskramp för flera år sedan.`,
      ],
      [
        'Status',
        'Svettig, tremor i utsträckta händer. Orienterad. Inga hallucinationer. CIWA-Ar 18.',
      ],
      ['Bedömning', 'Alkoholabstinens med risk för kramper. Inläggning.'],
    ],
    admission: [
      ['Inskrivningsorsak', 'Alkoholabstinens.'],
      [
        'Planering',
        'Oxazepam enligt schema efter CIWA-Ar. Tiamin intravenöst i tre dagar. Elektrolytkontroll.',
      ],
    ],
    daily: [
      [
        ['Aktuellt', 'Sovit några timmar. CIWA-Ar 11.'],
        ['Planering', 'Fortsatt schema.'],
      ],
      [
        ['Aktuellt', 'Piggare, äter. CIWA-Ar 5.'],
        ['Planering', 'Trappa ut oxazepam. Kontakt med beroendemottagningen bokad.'],
      ],
    ],
    nursing: [
      [
        ['Psykosocialt', 'Orolig på kvällen, lugnas av samtal.'],
        ['Nutrition', 'Dricker näringsdryck, äter smörgås.'],
      ],
    ],
    epicrisis: [
      ['Inläggningsorsak', 'Alkoholabstinens.'],
      [
        'Sammanfattning av vårdförlopp',
        'Abstinensbehandlad med oxazepam utan komplikation. Tiamin intravenöst.',
      ],
      ['Uppföljning', 'Beroendemottagningen inom en vecka.'],
      ['Utskriven till', 'Hemmet.'],
    ],
    labs: WITHDRAWAL_LABS,
    vitals: [
      { bp: [164, 98], pulse: 116, breaths: 20, saturation: 97, temperature: 37.8 },
      { bp: [132, 80], pulse: 78, breaths: 15, saturation: 98, temperature: 36.8 },
    ],
    recovery: 3,
  }
}

const WITHDRAWAL_LABS: Stay['labs'] = {
  'P-Natrium': [132, 135, 137],
  'P-Kalium': [3.2, 3.5, 3.8],
  'P-CRP': [8],
  'P-ASAT': [2.4],
  'P-ALAT': [1.3],
  'P-GT': [5.1],
  'B-TPK': [128, 134, 150],
  'P-Glukos': [5.1],
}
