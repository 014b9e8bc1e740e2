import { type Chart, encounterOf, later, put, type Visit, visit } from '../chart.ts'
import { note } from '../records/notes.ts'
import { diagnose, procedure } from '../records/problems.ts'
import { book } from '../records/requests.ts'
import { labs, vitals } from '../records/results.ts'
import { prescribe, vaccinate } from '../records/treatment.ts'
import { type Day, workday } from '../time.ts'
import { atCentre, type Course, dayBetween, weightOn } from './course.ts'

/** The weeks of the basic programme. Source: Mödrahälsovårdens basprogram, in outline. */
const WEEKS = [8, 10, 18, 25, 28, 31, 33, 35, 37, 38, 39, 40]
const TERM_DAYS = 280

/** One or two pregnancies, one of them perhaps under way. */
export const pregnancy: Course = (chart) => {
  const { random, now, begins } = chart
  const isUnderWay = random.chance(0.3)
  const first = dayBetween(chart, begins + 300, now.day - 900)
  followed(chart, first, 1)
  if (isUnderWay) followed(chart, now.day - random.whole(90, 255), 2)
  else if (now.day - first > 1500) followed(chart, first + random.whole(800, 1100), 2)
}

/** From the last period to the check after birth, as far as it has come. */
function followed(chart: Chart, lastPeriod: Day, number: number): void {
  const due = lastPeriod + TERM_DAYS
  const birth = due + chart.random.whole(-10, 9)
  const start = chart.body.weight
  for (const week of WEEKS) {
    const day = workday(lastPeriod + week * 7 + chart.random.whole(0, 4))
    if (day >= Math.min(birth, chart.now.day)) break
    check(chart, day, week, start, number)
  }
  if (birth < chart.now.day - 3) {
    delivery(chart, birth, number)
    afterwards(chart, workday(birth + 60))
  } else nextCheck(chart, lastPeriod)
}

function nextCheck(chart: Chart, lastPeriod: Day): void {
  const week = WEEKS.find((each) => lastPeriod + each * 7 > chart.now.day + 2)
  book(chart, {
    unit: 'midwifeClinic',
    at: { day: workday(lastPeriod + (week ?? 41) * 7), minutes: 9 * 60 + 30 },
    what: `Barnmorska, graviditetsvecka ${week ?? 41}`,
  })
}

function check(chart: Chart, day: Day, week: number, start: number, number: number): void {
  const at = visit(chart, {
    unit: 'midwifeClinic',
    day,
    type: week === 18 ? 'Rutinultraljud' : 'Barnmorskebesök',
    reason: 'Z34.9',
    reasonText: 'Normal graviditet',
    by: 'nurse',
    length: 40,
  })
  if (week === 18) {
    vaccinate(at, 'pertussisPregnant')
    ultrasoundNote(at)
    return
  }
  measures(at, week, start)
  if (week === 10) procedure(at, 'AM009')
  if (week === 8) {
    const text = `Graviditet, ${number === 1 ? 'förstföderska' : 'omföderska'}`
    diagnose(at, 'Z34.9', { text, resolved: day + 300 })
  }
}

function measures(at: Visit, week: number, start: number): void {
  const { chart } = at
  const { random, body } = chart
  const bp = [Math.round(random.about(112, 6)), Math.round(random.about(69, 5))] as const
  const weight = start + Math.max(0, (week - 10) * 0.45)
  vitals(at, { bp, weight, ...(week === 8 ? { height: body.height } : {}) })
  const hb = Math.round(Math.min(body.hb, 132) - (week > 20 ? 12 : 4) + random.about(0, 2))
  if ([8, 25, 28, 37].includes(week)) labs(at, { 'B-Hb': hb, ...firstLabs(chart, week) })
  if (hb < 112 && week === 28) prescribe(at, 'ferrosulfat', { days: 120 })
  checkNote(at, week, bp)
}

function firstLabs({ random }: Chart, week: number) {
  return week === 8
    ? {
        'P-Ferritin': random.whole(18, 70),
        'P-TSH': random.about(1.6, 0.4),
        'P-Glukos': random.about(5, 0.3),
      }
    : { 'P-Glukos': random.about(5.4, 0.4) }
}

function ultrasoundNote(at: Visit): void {
  note(at, 'Mödravårdsanteckning', [
    [
      'Ultraljud',
      'Ett levande foster. Biometri motsvarar 18 fulla veckor. Placenta i framvägg, ej lågt sittande. Normal mängd fostervatten.',
    ],
    ['Vaccination', 'Kikhostevaccin givet i vänster överarm.'],
    ['Bedömning', 'Beräknad förlossning enligt ultraljud oförändrad.'],
  ])
}

const NEWS = {
  early: ['Illamående på förmiddagen, behåller vätska.', 'Trött men mår bra.'],
  late: [
    'Mår bra. Fosterrörelser dagligen.',
    'Lite trött och foglossning. Känner livliga rörelser.',
  ],
} as const

function checkNote(at: Visit, week: number, bp: readonly [number, number]): void {
  const { random } = at.chart
  const isLate = week >= 25
  const more = isLate
    ? ` SF-mått ${week - 2} cm. Fosterljud ${random.whole(128, 152)} slag/min.${week >= 35 ? ' Huvudbjudning.' : ''}`
    : ' AUDIT 2 poäng.'
  note(at, 'Mödravårdsanteckning', [
    ['Graviditetslängd', `${week} fulla veckor.`],
    ['Aktuellt', random.pick(isLate ? NEWS.late : NEWS.early)],
    ['Status', `Blodtryck ${bp[0]}/${bp[1]} mmHg.${more}`],
    ['Bedömning', 'Normal graviditet.'],
    [
      'Planering',
      week >= 39 ? 'Överburenhetskontroll vid 41 fulla veckor.' : 'Fortsatt basprogram.',
    ],
  ])
}

function delivery(chart: Chart, day: Day, number: number): void {
  const { random } = chart
  const isCaesarean = random.chance(0.17)
  const reason = isCaesarean ? 'O82.1' : 'O80.0'
  const text = isCaesarean ? 'Akut kejsarsnitt' : 'Spontan förlossning, hjässbjudning'
  const ward = visit(chart, {
    unit: 'maternityWard',
    day,
    at: 4 * 60 + random.whole(0, 600),
    kind: 'IMP',
    type: 'Vårdtillfälle',
    by: 'nurse',
  })
  const leaves = later(ward.at, (isCaesarean ? 3 : 1.6) * 1440)
  const encounter = encounterOf(
    ward,
    { type: 'Vårdtillfälle', reason, reasonText: text },
    'IMP',
    leaves,
  )
  put(chart, {
    ...encounter,
    location: [{ location: { display: `BB, rum ${random.whole(1, 14)}` } }],
  })
  vitals(ward, { bp: [124, 78], pulse: 92, temperature: 37.1 })
  const birthAt = later(ward.at, 380)
  note(
    ward,
    'Inskrivning',
    [
      [
        'Inskrivningsorsak',
        `Regelbundna värkar sedan fyra timmar, ${number === 1 ? 'förstföderska' : 'omföderska'}.`,
      ],
      ['Status', `Öppen ${random.whole(4, 6)} cm. Hinnor buktar. CTG normalt.`],
    ],
    { at: later(ward.at, 30) },
  )
  if (isCaesarean) procedure({ ...ward, at: later(ward.at, 360) }, 'MCA10')
  note(
    ward,
    'Epikris',
    [
      [
        'Sammanfattning av vårdförlopp',
        isCaesarean
          ? 'Akut kejsarsnitt på grund av hotande fosterasfyxi. Blodförlust 600 ml.'
          : 'Spontan förlossning i hjässbjudning. Bristning grad 1, suturerad. Blodförlust 350 ml.',
      ],
      [
        'Barnet',
        `${random.pick(['Flicka', 'Pojke'])}, ${random.whole(30, 41)}${random.whole(10, 90)} g, Apgar 9–10–10.`,
      ],
      ['Amning', 'Amningen har kommit igång.'],
      ['Uppföljning', 'Efterkontroll hos barnmorska om åtta veckor.'],
    ],
    { at: birthAt.day > leaves.day ? birthAt : leaves },
  )
  diagnose(ward, reason, { text, passing: true })
  prescribe(ward, 'paracetamol', { days: 10 })
  if (isCaesarean)
    prescribe(ward, 'dalteparin', { days: 10, reason: 'Trombosprofylax efter kejsarsnitt' })
}

function afterwards(chart: Chart, day: Day): void {
  if (day >= chart.now.day) return
  const at = visit(chart, {
    unit: 'midwifeClinic',
    day,
    type: 'Efterkontroll',
    reason: 'Z39.2',
    reasonText: 'Efterkontroll',
    by: 'nurse',
  })
  vitals(at, {
    bp: [Math.round(chart.random.about(116, 5)), Math.round(chart.random.about(72, 4))],
    weight: weightOn(chart, day, 3),
  })
  note(at, 'Mödravårdsanteckning', [
    ['Aktuellt', 'Mår bra. Ammar helt. EPDS 4 poäng.'],
    ['Status', 'Bristningen läkt. God knipförmåga.'],
    ['Planering', 'Preventivmedel diskuterat. Avslutas här.'],
  ])
  if (chart.random.chance(0.12)) atCentre(chart, workday(day + 30), 'Läkarbesök', 'F41.1')
}
