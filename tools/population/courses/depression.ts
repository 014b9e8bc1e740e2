import { type Chart, visit } from '../chart.ts'
import { note } from '../records/notes.ts'
import { diagnose, procedure } from '../records/problems.ts'
import { book, refer } from '../records/requests.ts'
import { labs } from '../records/results.ts'
import { prescribe } from '../records/treatment.ts'
import { type Day, workday } from '../time.ts'
import { atCentre, type Course, dayBetween, measure, pressureOf } from './course.ts'

/** Depression: an episode at the health centre, treatment, better; for some it comes back. */
export const depression: Course = (chart) => {
  const { random, begins, now } = chart
  const first = dayBetween(chart, begins + 60, now.day - 600)
  episode(chart, first, false)
  const again = first + random.whole(900, 1600)
  if (random.chance(0.5) && again < now.day - 60) episode(chart, workday(again), true)
}

function episode(chart: Chart, day: Day, isAgain: boolean): void {
  const { random } = chart
  const code = isAgain ? 'F33.1' : 'F32.1'
  const text = isAgain ? 'Recidiverande depression' : 'Depression, medelsvår'
  const madrs = random.whole(24, 32)
  const at = atCentre(chart, day, 'Läkarbesök', code, { text })
  labs(at, {
    'B-Hb': chart.body.hb,
    'P-TSH': random.about(1.9, 0.5),
    'P-Glukos': random.about(5.4, 0.4),
    'P-Kreatinin': chart.body.creatinine,
    'P-Calcium': random.about(2.33, 0.04),
  })
  measure(at, { bp: pressureOf(chart) })
  diagnose(at, code, { text, resolved: day + random.whole(300, 520) })
  const drug = isAgain ? 'venlafaxin' : 'sertralin'
  prescribe(at, drug, { days: random.whole(260, 420) })
  if (random.chance(0.5)) prescribe(at, 'mirtazapin', { days: 150 })
  note(at, 'Besöksanteckning', [
    ['Kontaktorsak', 'Nedstämdhet och sömnsvårigheter.'],
    [
      'Anamnes',
      random.pick([
        'Sedan tre månader nedstämd, orkeslös och ointresserad. Vaknar klockan fyra. Hög arbetsbelastning det senaste året.',
        'Separation i våras. Gråter lätt, isolerar sig, svårt att koncentrera sig på jobbet. Minskad aptit.',
      ]),
    ],
    [
      'Psykiskt status',
      'Vaken och orienterad. Formell och emotionell kontakt god. Sänkt grundstämning. Inga psykotiska symtom.',
    ],
    [
      'Suicidriskbedömning',
      'Dödstankar förekommer, inga planer. Inga tidigare försök. Risken bedöms som låg.',
    ],
    ['Undersökningsresultat', `MADRS-S ${madrs} poäng. AUDIT 3 poäng. Prover utan anmärkning.`],
    [
      'Bedömning',
      isAgain ? 'Recidiverande depression, medelsvår episod.' : 'Medelsvår depressiv episod.',
    ],
    [
      'Planering',
      `Insätter ${drug === 'sertralin' ? 'sertralin 50 mg' : 'venlafaxin 75 mg'}. Remiss för KBT. Sjukskrivning på halvtid i fyra veckor. Återbesök om två veckor.`,
    ],
  ])
  refer(at, {
    to: 'psychiatryClinic',
    kind: 'Konsultremiss',
    what: 'KBT vid depression',
    question: `${text}. Önskar bedömning för KBT.`,
    answer: { after: 20 * 1440, text: 'Accepterad.' },
  })
  followUps(chart, day, madrs)
}

const FOLLOW_UPS = [
  {
    after: 15,
    isCall: false,
    news: 'Lite illamående första veckan, nu bättre. Sover något längre.',
    drop: 4,
  },
  {
    after: 45,
    isCall: true,
    news: 'Tydligt bättre. Har börjat träffa vänner igen.',
    drop: 11,
  },
  { after: 120, isCall: false, news: 'Mår bra, åter i arbete på heltid.', drop: 20 },
] as const

function followUps(chart: Chart, day: Day, madrs: number): void {
  for (const { after, isCall, news, drop } of FOLLOW_UPS) {
    const next = workday(day + after)
    if (next >= chart.now.day) {
      const at = { day: workday(chart.now.day + 9), minutes: 14 * 60 }
      book(chart, { unit: chart.centre, at, what: 'Läkarbesök, uppföljning' })
      return
    }
    followUp(chart, next, isCall, news, Math.max(3, madrs - drop))
  }
  therapy(chart, day + 40)
}

function followUp(chart: Chart, day: Day, isCall: boolean, news: string, score: number): void {
  const at = atCentre(chart, day, isCall ? 'Telefonkontakt' : 'Läkarbesök', 'F32.1', {
    text: 'Depression, uppföljning',
    ...(isCall ? { kind: 'VR' as const } : {}),
  })
  const isWell = score < 12
  note(at, isCall ? 'Telefonkontakt' : 'Besöksanteckning', [
    ['Aktuellt', news],
    ['Undersökningsresultat', `MADRS-S ${score} poäng.`],
    ['Bedömning', isWell ? 'Depression i remission.' : 'Depression, förbättrad.'],
    [
      'Planering',
      isWell
        ? 'Behandling i minst sex månader efter tillfrisknande, därefter nedtrappning.'
        : 'Oförändrad behandling.',
    ],
  ])
}

function therapy(chart: Chart, from: Day): void {
  for (let session = 0; session < 6; session++) {
    const day = workday(from + session * 14)
    if (day >= chart.now.day) return
    const at = visit(chart, {
      unit: 'psychiatryClinic',
      day,
      type: 'Psykologbesök, KBT',
      reason: 'F32.1',
      reasonText: 'Depression',
      by: 'nurse',
      length: 45,
    })
    if (session % 3 === 0) procedure(at, 'DU011')
    if (session === 5) {
      note(at, 'Besöksanteckning', [
        ['Behandling', 'KBT med beteendeaktivering, sex samtal.'],
        ['Bedömning', 'Gott resultat. Återfallsplan skriven tillsammans med patienten.'],
      ])
    }
  }
}
