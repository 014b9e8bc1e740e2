import { ageAt, type Chart, type Visit, visit } from '../chart.ts'
import { admit } from '../records/admission.ts'
import { note } from '../records/notes.ts'
import { diagnose, flag, procedure } from '../records/problems.ts'
import { book, refer } from '../records/requests.ts'
import { egfrOf, labs } from '../records/results.ts'
import { prescribe } from '../records/treatment.ts'
import { type Day, workday } from '../time.ts'
import {
  atCentre,
  type Course,
  dayBetween,
  measure,
  onsetOf,
  pressureOf,
  weightOn,
  yearly,
} from './course.ts'
import { decompensation } from './heart-failure-stay.ts'

/** Heart failure with atrial fibrillation: found at an admission, followed at the clinic, worse now and then. */
export const heartFailure: Course = (chart) => {
  const { random } = chart
  const onset = Math.max(onsetOf(chart, 0.2), chart.begins + 20)
  const ef = random.pick([30, 35, 40, 45])
  firstStay(chart, onset, ef)
  for (const [index, day] of [...yearly(chart, onset + 42, 6)].entries()) {
    if (index < 3 || index % 2 === 0) clinicVisit(chart, day, ef, index)
  }
  for (const from of [onset + 700, onset + 1800]) {
    if (from < chart.now.day - 60 && random.chance(0.6)) {
      const day = dayBetween(chart, from, from + 500)
      if (day > onset + 100) admit(chart, decompensation(chart, day, random.whole(3, 7)))
    }
  }
  book(chart, {
    unit: 'medicineClinic',
    at: { day: workday(chart.now.day + random.whole(14, 100)), minutes: 10 * 60 + 30 },
    what: 'Hjärtsviktssköterska, titrering',
  })
}

function firstStay(chart: Chart, day: Day, ef: number): void {
  const ward = admit(chart, {
    ...decompensation(chart, day, Math.min(chart.random.whole(6, 9), chart.now.day - day - 1)),
    reasonText: 'Nydebuterad hjärtsvikt',
  })
  diagnose(ward, 'I50.9', { text: `Hjärtsvikt, EF ${ef} %` })
  diagnose(ward, 'I48.2', { text: 'Permanent förmaksflimmer' })
  procedure(ward, 'AF022', 'EKG: förmaksflimmer, frekvens 96')
  refer(ward, {
    to: 'physiology',
    kind: 'Remiss klinisk fysiologi',
    what: 'Ekokardiografi (UKG)',
    question: 'Nydebuterad hjärtsvikt. Systolisk funktion? Klaffel?',
    answer: {
      after: 1500,
      text: `Lätt dilaterad vänsterkammare med måttligt nedsatt systolisk funktion, EF ${ef} %. Måttlig mitralisinsufficiens. Dilaterat vänster förmak. Normal högerkammarfunktion.`,
    },
  })
  prescribe(ward, 'furosemid')
  prescribe(ward, 'bisoprolol')
  prescribe(ward, 'kandesartan', { reason: 'Mot hjärtsvikt' })
  prescribe(ward, 'apixaban')
  prescribe(ward, 'spironolakton')
  if (ageAt(chart, day) > 84) flag(ward, 'Behandling', 'Behandlingsbegränsning: ej IVA')
}

function clinicVisit(chart: Chart, day: Day, ef: number, index: number): void {
  const at: Visit =
    index % 2 === 0
      ? visit(chart, {
          unit: 'medicineClinic',
          day,
          type: 'Läkarbesök',
          reason: 'I50.9',
          reasonText: 'Hjärtsvikt, kontroll',
        })
      : atCentre(chart, day, 'Läkarbesök', 'I50.9', { text: 'Hjärtsvikt, kontroll' })
  const bp = pressureOf(chart, -6)
  const creatinine = Math.round(chart.body.creatinine * 1.2 + index * 1.5)
  const proBnp = Math.round(chart.random.about(1400, 300))
  labs(at, {
    'P-NT-proBNP': Math.max(300, proBnp),
    'P-Kalium': chart.random.about(4.3, 0.2),
    'P-Natrium': chart.random.about(139, 1),
    'P-Kreatinin': creatinine,
    'Pt-eGFR(Krea)relativ': egfrOf(chart, creatinine, day),
    'B-Hb': chart.random.about(chart.body.hb - 4, 3),
  })
  measure(at, { bp, pulse: Math.round(chart.random.about(70, 5)), weight: weightOn(chart, day) })
  if (index === 1) prescribe(at, 'dapagliflozin')
  note(at, 'Besöksanteckning', [
    ['Kontaktorsak', 'Uppföljning hjärtsvikt.'],
    [
      'Anamnes',
      chart.random.pick([
        'NYHA II. Går i trappor utan vila. Inga ödem.',
        'NYHA III. Blir andfådd av att bädda sängen. Sover med två kuddar.',
        'Mår förhållandevis bra. Väger sig varje morgon, stabil vikt.',
      ]),
    ],
    ['Status', 'Oregelbunden rytm, frekvens cirka 70. Rena andningsljud. Inga ödem.'],
    ['Blodtryck', `${bp[0]}/${bp[1]} mmHg.`],
    ['Bedömning', `Stabil hjärtsvikt, EF ${ef} %, på optimal behandling.`],
    [
      'Planering',
      index === 1
        ? 'Insätter dapagliflozin 10 mg. Kontroll om sex månader.'
        : 'Oförändrad behandling. Kontroll om sex till tolv månader.',
    ],
  ])
}
