import { ageAt, type Chart, type Visit, visit } from '../chart.ts'
import { swedish } from '../exact.ts'
import { note } from '../records/notes.ts'
import { diagnose } from '../records/problems.ts'
import { book, refer } from '../records/requests.ts'
import { egfrOf, labs } from '../records/results.ts'
import { prescribe } from '../records/treatment.ts'
import { type Day, workday } from '../time.ts'
import {
  atCentre,
  type Course,
  measure,
  onsetOf,
  pressureOf,
  rhythmText,
  weightOn,
  yearly,
} from './course.ts'

/** Type 2 diabetes with high blood pressure: yearly checks, a drug more when sugar creeps up, kidneys that may follow. */
export const diabetes: Course = (chart) => {
  const onset = onsetOf(chart, 0.6)
  const first = Math.max(onset, chart.begins + chart.random.whole(5, 80))
  const plan = planOf(chart, onset)
  for (const [index, day] of [...yearly(chart, first)].entries()) {
    yearlyCheck(chart, day, index, plan, onset)
    if (day + 185 < chart.now.day) nurseCheck(chart, workday(day + 182), plan)
  }
  eyeScreening(chart, first + 120)
  book(chart, {
    unit: chart.centre,
    at: { day: workday(chart.now.day + chart.random.whole(12, 120)), minutes: 9 * 60 },
    what: 'Diabetessköterska, halvårskontroll',
  })
}

interface Plan {
  /** B-HbA1c, mmol/mol, on a day. */
  hba1c(day: Day): number
  readonly hasKidneys: boolean
  kidneysFound: boolean
  readonly secondDrugAt: Day
  readonly secondDrug: 'empagliflozin' | 'semaglutid'
}

function planOf(chart: Chart, onset: Day): Plan {
  const { random } = chart
  const start = random.whole(58, 76)
  const secondDrugAt = Math.max(onset, chart.begins) + random.whole(900, 2400)
  const rise = random.about(1.6, 0.5)
  return {
    hasKidneys: random.chance(0.35),
    kidneysFound: false,
    secondDrugAt,
    secondDrug: random.chance(0.6) ? 'empagliflozin' : 'semaglutid',
    hba1c(day) {
      if (day - onset < 45) return start
      const years = (day - onset) / 365
      const treated = 46 + (start - 58) * 0.2 + rise * Math.min(years, 7)
      const helped = day > secondDrugAt ? 7 : 0
      return Math.round(treated - helped + random.about(0, 1.6))
    },
  }
}

/** What a yearly check finds. */
interface Found {
  readonly isNew: boolean
  readonly startsSecond: boolean
  readonly hba1c: number
  readonly creatinine: number
  readonly egfr: number
  readonly ldl: number
  /** U-Albumin/Krea, mg/mmol. */
  readonly ratio: number
  readonly bp: readonly [number, number]
  readonly weight: number
}

function findingsOn(chart: Chart, day: Day, isNew: boolean, plan: Plan, onset: Day): Found {
  const { random, body } = chart
  const years = (day - chart.begins) / 365
  const decline = plan.hasKidneys ? 4.5 : 0.6
  const creatinine = Math.round(body.creatinine + years * decline + random.about(0, 3))
  const isUntreated = isNew && onset >= chart.begins
  return {
    isNew,
    startsSecond: day >= plan.secondDrugAt && day - plan.secondDrugAt < 380,
    hba1c: plan.hba1c(day),
    creatinine,
    egfr: egfrOf(chart, creatinine, day),
    ldl: isUntreated ? random.about(3.6, 0.5) : random.about(1.9, 0.3),
    ratio: plan.hasKidneys ? 2 + years * 1.4 : Math.max(0.3, random.about(1, 0.4)),
    bp: pressureOf(chart, isNew ? 14 : 4),
    weight: weightOn(chart, day, 8),
  }
}

function yearlyCheck(chart: Chart, day: Day, index: number, plan: Plan, onset: Day): void {
  const { random, body } = chart
  const at = atCentre(chart, day, 'Läkarbesök', 'E11.9', { text: 'Diabetes typ 2, årskontroll' })
  const found = findingsOn(chart, day, index === 0, plan, onset)
  labs(
    at,
    {
      'B-HbA1c': found.hba1c,
      'fP-Glukos': found.hba1c / 7 + random.about(0.6, 0.4),
      'P-Kreatinin': found.creatinine,
      'Pt-eGFR(Krea)relativ': found.egfr,
      'P-Kalium': random.about(4.1, 0.2),
      'P-Natrium': random.about(140, 1.2),
      'P-Kolesterol': found.ldl + random.about(2.1, 0.2),
      'P-LDL-kolesterol': found.ldl,
      'P-HDL-kolesterol': random.about(1.2, 0.15),
      'fP-Triglycerid': random.about(1.7, 0.3),
      'U-Albumin/Krea': found.ratio,
      'B-Hb': random.about(body.hb, 3),
      'P-ALAT': Math.max(0.2, random.about(0.6, 0.12)),
    },
    'Diabetesprover',
    { day: day - 6, minutes: 8 * 60 + 10 },
  )
  measure(at, {
    bp: found.bp,
    weight: found.weight,
    height: body.height,
    pulse: Math.round(random.about(74, 5)),
  })
  yearlyNote(at, found, onset >= chart.begins, plan)
  if (found.isNew) beginTreatment(at, chart, onset)
  if (found.startsSecond) prescribe(at, plan.secondDrug)
  if (plan.hasKidneys && found.egfr < 58 && !plan.kidneysFound) {
    plan.kidneysFound = true
    diagnose(at, 'N18.3', { text: 'Kronisk njursvikt stadium 3' })
    diagnose(at, 'E11.2', { text: 'Diabetesnefropati' })
  }
}

const WELL = [
  'Mår väl. Följer ordinerad behandling. Inga hypoglykemier. Inga sår på fötterna.',
  'Känner sig piggare sedan i somras. Promenerar dagligen. Förnekar bröstsmärta och andfåddhet.',
  'Lite trött, i övrigt inga nya besvär. Sköter sina läkemedel, glömmer sällan.',
]

function yearlyNote(at: Visit, found: Found, isFound: boolean, plan: Plan): void {
  const { chart } = at
  const { hba1c, bp, ldl, creatinine, ratio, weight, isNew, startsSecond } = found
  const isAbove = hba1c > targetOf(chart, at.at.day)
  const feet =
    plan.hasKidneys && at.at.day - chart.begins > 1800
      ? 'nedsatt vibrationssinne bilateralt, palpabla fotpulsar, inga sår'
      : 'normal sensibilitet med monofilament, palpabla fotpulsar, inga sår'
  note(at, 'Besöksanteckning', [
    [
      'Kontaktorsak',
      isNew && isFound
        ? 'Uppföljning av förhöjt blodsocker, nyupptäckt typ 2-diabetes.'
        : 'Årskontroll diabetes och hypertoni.',
    ],
    ['Anamnes', chart.random.pick(WELL)],
    [
      'Status',
      `Gott allmäntillstånd. Hjärta: ${rhythmText(chart, at.at.day)}, inga blåsljud. Fötter: ${feet}.`,
    ],
    ['Blodtryck', `${bp[0]}/${bp[1]} mmHg sittande.`],
    [
      'Undersökningsresultat',
      `HbA1c ${hba1c} mmol/mol, LDL-kolesterol ${swedish(ldl, 1)} mmol/L, kreatinin ${creatinine} µmol/L, U-albumin/krea ${swedish(ratio, 1)} mg/mmol. Vikt ${swedish(weight, 1)} kg.`,
    ],
    [
      'Bedömning',
      isAbove
        ? 'Diabetes typ 2 med HbA1c över målvärdet.'
        : `Diabetes typ 2 med god metabol kontroll. ${bp[0] > 145 ? 'Blodtrycket något över målvärdet.' : 'Blodtryck nära målvärdet.'}`,
    ],
    ['Planering', planText(plan, startsSecond, isAbove)],
  ])
}

/** B-HbA1c to aim at, mmol/mol: less strict with age. A judgement for the demo, not for care. */
function targetOf(chart: Chart, day: Day): number {
  const age = ageAt(chart, day)
  if (age >= 80) return 68
  return age >= 70 ? 60 : 52
}

function planText({ secondDrug }: Plan, startsSecond: boolean, isAbove: boolean): string {
  if (startsSecond) return `Tillägg av ${secondDrug}. HbA1c om sex månader.`
  return isAbove
    ? 'Samtal om kost och motion. Nytt HbA1c om sex månader hos diabetessköterska.'
    : 'Oförändrad behandling. Ny kontroll om ett år, prover en vecka innan.'
}

function beginTreatment(at: Visit, chart: Chart, onset: Day): void {
  const { random } = chart
  diagnose(at, 'E11.9', { text: 'Diabetes typ 2', onset })
  diagnose(at, 'I10.9', { text: 'Hypertoni', onset: onset - random.whole(0, 900) })
  if (random.chance(0.7)) diagnose(at, 'E78.5', { text: 'Hyperlipidemi' })
  prescribe(at, random.chance(0.5) ? 'metformin' : 'metformin2')
  prescribe(at, random.chance(0.5) ? 'enalapril' : 'kandesartan')
  prescribe(at, 'atorvastatin')
  if (random.chance(0.4)) prescribe(at, 'amlodipin')
}

function nurseCheck(chart: Chart, day: Day, plan: Plan): void {
  const at = atCentre(chart, day, 'Sjuksköterskebesök', 'E11.9', {
    by: 'nurse',
    text: 'Diabetes typ 2, halvårskontroll',
  })
  const hba1c = plan.hba1c(day)
  const bp = pressureOf(chart, 3)
  labs(at, { 'B-HbA1c': hba1c }, 'HbA1c')
  measure(at, { bp, weight: weightOn(chart, day, 8) })
  note(at, 'Besöksanteckning', [
    ['Kontaktorsak', 'Halvårskontroll hos diabetessköterska.'],
    ['Mätvärden', `Blodtryck ${bp[0]}/${bp[1]} mmHg. HbA1c ${hba1c} mmol/mol.`],
    [
      'Levnadsvanor',
      chart.random.pick([
        'Äter regelbundet, drar ned på sötsaker. Rör sig 30 minuter om dagen.',
        'Har svårt att komma igång med promenader. Diskuterat FaR.',
        'Dricker ett glas vin till helgen. Simmar en gång i veckan.',
      ]),
    ],
    ['Planering', 'Läkarbesök om sex månader med prover innan.'],
  ])
}

function eyeScreening(chart: Chart, from: Day): void {
  for (const day of yearly(chart, from, 24)) {
    const at = visit(chart, {
      unit: 'eyeClinic',
      day,
      type: 'Ögonbottenfotografering',
      reason: 'E11.9',
      by: 'nurse',
    })
    note(at, 'Besöksanteckning', [
      ['Undersökning', 'Ögonbottenfotografering båda ögonen i mydriasis.'],
      [
        'Bedömning',
        chart.random.chance(0.8)
          ? 'Ingen diabetesretinopati.'
          : 'Enstaka mikroaneurysm höger öga, lindrig icke-proliferativ retinopati.',
      ],
      ['Planering', 'Ny fotografering om två år.'],
    ])
  }
  const last = Math.max(chart.begins, chart.now.day - 40)
  if (chart.random.chance(0.15)) {
    const at = atCentre(chart, last, 'Läkarbesök', 'E11.9')
    refer(at, {
      to: 'eyeClinic',
      kind: 'Konsultremiss',
      what: 'Ögonmottagningen, retinopatikontroll',
      question: 'Diabetes typ 2. Synförsämring vänster öga sedan två veckor. Retinopati?',
    })
  }
}
