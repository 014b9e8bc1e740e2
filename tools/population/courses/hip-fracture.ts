import { ageAt, type Chart, later, type Visit, visit } from '../chart.ts'
import { admit, type Stay } from '../records/admission.ts'
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
  personText,
  pressureOf,
  weightOn,
  yearly,
} from './course.ts'

/** A fall, a broken hip, surgery, brittle bones found, and the municipality's nurses afterwards. */
export const hipFracture: Course = (chart) => {
  const { random, begins, now } = chart
  const day = dayBetween(chart, begins + 900, now.day - 120)
  const isNeck = random.chance(0.55)
  const nights = random.whole(7, 12)
  const ward = admit(chart, stayOf(chart, day, nights, isNeck))
  diagnose(ward, isNeck ? 'S72.00' : 'S72.10', {
    text: `${isNeck ? 'Kollumfraktur' : 'Pertrokantär fraktur'} ${random.pick(['höger', 'vänster'])}`,
    resolved: day + 180,
  })
  refer(ward, {
    to: 'radiology',
    kind: 'Röntgenremiss',
    what: 'Röntgen höft och bäcken',
    question: 'Fall i samma plan. Förkortat och utåtroterat ben. Fraktur?',
    urgent: true,
    answer: {
      after: 45,
      text: isNeck
        ? 'Dislocerad cervikal femurfraktur, Garden IV. Ingen bäckenfraktur.'
        : 'Pertrokantär femurfraktur med avlösning av trochanter minor. Ingen bäckenfraktur.',
    },
  })
  surgery(chart, ward, day + 1, isNeck)
  for (const drug of ['paracetamolFast', 'makrogol'] as const) prescribe(ward, drug, { days: 60 })
  prescribe(ward, 'oxikodon', { days: 12 })
  prescribe(ward, 'dalteparin', { days: 28, reason: 'Trombosprofylax efter höftfraktur' })
  osteoporosis(chart, workday(day + 70))
  homeCare(chart, day + nights)
  if (ageAt(chart, day) > 86) flag(ward, 'Behandling', 'Behandlingsbegränsning: ej HLR')
}

function stayOf(chart: Chart, day: Day, nights: number, isNeck: boolean): Stay {
  const { body } = chart
  const what = isNeck ? 'Kollumfraktur' : 'Pertrokantär fraktur'
  return {
    ward: 'orthopaedicWard',
    day,
    nights,
    reason: isNeck ? 'S72.00' : 'S72.10',
    reasonText: what,
    arrival: [
      ['Kontaktorsak', 'Fall i hemmet, smärta i höften.'],
      [
        'Anamnes',
        `${personText(chart, day)} som snubblat på en matta i natt. Kunde inte resa sig, låg cirka två timmar. Inte slagit i huvudet.`,
      ],
      [
        'Status',
        'Förkortat och utåtroterat ben. Distalstatus utan anmärkning. Vaken och orienterad.',
      ],
      ['Bedömning', `${what}. Snabbspår höft.`],
    ],
    admission: [
      ['Inskrivningsorsak', `${what}, operation.`],
      ['Socialt', 'Bor ensam i lägenhet. Klarat sig själv, rollator utomhus.'],
      ['Status, allmäntillstånd', 'Smärtpåverkad vid rörelse, annars opåverkad.'],
      [
        'Planering',
        'Operation inom 24 timmar. Fascia iliaca-blockad. Fasta från midnatt. Trombosprofylax postoperativt.',
      ],
    ],
    daily: Array.from(
      { length: nights },
      (_, index) => DAYS[Math.min(index, DAYS.length - 1)] ?? [],
    ),
    nursing: [
      [
        ['Hud/vävnad', 'Förbandet torrt. Hälar avlastade. Ingen rodnad över sakrum.'],
        ['Smärta/sinnesintryck', 'NRS 2 i vila, 5 vid mobilisering. Vidbehovsdos före träning.'],
        ['Aktivitet/funktionsförmåga', 'Går med gåbord och stöd av en person.'],
        ['Riskbedömning', 'Hög fallrisk. Åtgärder enligt vårdplan.'],
      ],
    ],
    epicrisis: epicrisisOf(what, isNeck),
    labs: {
      'B-Hb': [body.hb - 8, body.hb - 24, body.hb - 28, body.hb - 26, body.hb - 22],
      'P-CRP': [4, 62, 118, 84, 41, 22],
      'P-Natrium': [138, 135, 134, 136, 138],
      'P-Kalium': [4.1, 3.8, 3.7, 3.9],
      'P-Kreatinin': [body.creatinine + 12, body.creatinine + 4, body.creatinine],
      'Pt-eGFR(Krea)relativ': [12, 4, 0].map((more) => egfrOf(chart, body.creatinine + more, day)),
      'P-PK(INR)': [1],
    },
    vitals: [
      { bp: [162, 88], pulse: 96, breaths: 18, saturation: 95, temperature: 36.4 },
      { bp: [128, 74], pulse: 76, breaths: 15, saturation: 97, temperature: 36.8 },
    ],
    recovery: 3,
  }
}

const DAYS: NonNullable<Stay['daily']> = [
  [
    ['Aktuellt', 'Första dygnet efter operation. Smärtlindrad i vila.'],
    ['Status', 'Förbandet genomblött till en tredjedel. Distalstatus utan anmärkning.'],
    ['Planering', 'Mobilisering till sängkant med fysioterapeut. Kontroll Hb i morgon.'],
  ],
  [
    ['Aktuellt', 'Uppe på gåbord i går. Lite illamående av opioider.'],
    ['Lab', 'Hb sjunkit som väntat, ingen transfusionsindikation.'],
    ['Planering', 'Minska oxikodon. KAD bort i dag.'],
  ],
  [
    ['Aktuellt', 'Går med gåbord till matsalen. Har haft avföring.'],
    ['Planering', 'Vårdplanering med kommunen. SIP bokas.'],
  ],
]

function epicrisisOf(what: string, isNeck: boolean): Stay['epicrisis'] {
  return [
    ['Inläggningsorsak', `Fall med ${what.toLowerCase()}.`],
    [
      'Sammanfattning av vårdförlopp',
      `Opererad dagen efter ankomst med ${isNeck ? 'cementerad total höftledsplastik' : 'märgspik'}. Okomplicerat förlopp.`,
    ],
    [
      'Status vid utskrivning',
      'Går med rollator. Såret torrt, agraffer tas på vårdcentral om två veckor.',
    ],
    ['Läkemedelsförändringar', 'Paracetamol, oxikodon i nedtrappning, dalteparin totalt 28 dagar.'],
    [
      'Uppföljning',
      'Osteoporosutredning på vårdcentralen. Återbesök ortopedmottagning om tre månader.',
    ],
    ['Utskriven till', 'Hemmet med utökad hemtjänst och kommunal hemsjukvård.'],
  ]
}

function surgery(chart: Chart, ward: Visit, day: Day, isNeck: boolean): void {
  const at: Visit = { ...ward, at: { day, minutes: 10 * 60 } }
  procedure(at, isNeck ? 'NFB49' : 'NFJ59')
  note(
    at,
    'Operationsberättelse',
    [
      [
        'Operation',
        isNeck ? 'Total höftledsplastik, cementerad.' : 'Osteosyntes med kort märgspik.',
      ],
      [
        'Förlopp',
        'Spinalanestesi. Antibiotikaprofylax given. Blodförlust 300 ml. Inga komplikationer.',
      ],
      ['Postoperativ ordination', 'Full belastning. Trombosprofylax 28 dagar. Hb i morgon.'],
    ],
    { at: later(at.at, 130), by: chart.random.pick([ward.by]) },
  )
}

function osteoporosis(chart: Chart, day: Day): void {
  if (day >= chart.now.day) return
  const at = atCentre(chart, day, 'Läkarbesök', 'M81.9', { text: 'Osteoporos' })
  const bp = pressureOf(chart)
  labs(at, {
    'P-Calcium': chart.random.about(2.34, 0.05),
    'P-25-OH-vitamin D': chart.random.whole(28, 62),
    'P-Albumin': chart.random.whole(34, 40),
    'P-Kreatinin': chart.body.creatinine,
    'B-Hb': chart.body.hb - 8,
    'P-TSH': chart.random.about(2.1, 0.5),
  })
  measure(at, { bp, weight: weightOn(chart, day, -3) })
  diagnose(at, 'M81.9', { text: 'Osteoporos med lågenergifraktur' })
  prescribe(at, 'alendronsyra')
  prescribe(at, 'kalkD')
  note(at, 'Besöksanteckning', [
    ['Kontaktorsak', 'Uppföljning efter höftfraktur.'],
    ['Anamnes', 'Går inomhus utan hjälpmedel, rollator ute. Äter ganska dåligt.'],
    ['Blodtryck', `${bp[0]}/${bp[1]} mmHg.`],
    ['Bedömning', 'Manifest osteoporos. Indikation för benspecifik behandling.'],
    [
      'Planering',
      'Alendronsyra 70 mg en gång i veckan och kalcium/D-vitamin. Fallprevention genom fysioterapeut. Tandstatus god.',
    ],
  ])
}

function homeCare(chart: Chart, from: Day): void {
  for (const day of yearly(chart, from + 12, 2)) {
    const at = visit(chart, {
      unit: 'homeCare',
      day,
      kind: 'HH',
      type: 'Hembesök',
      by: 'nurse',
      length: 40,
    })
    const bp = pressureOf(chart)
    measure(at, {
      bp,
      pulse: Math.round(chart.random.about(76, 5)),
      weight: weightOn(chart, day, -3),
    })
    if (chart.random.chance(0.5)) {
      note(at, 'Omvårdnadsanteckning', [
        [
          'Aktivitet/funktionsförmåga',
          chart.random.pick([
            'Går med rollator inomhus. Inga fall sedan senast.',
            'Fallit en gång vid toalettbesök, ingen skada. Halkskydd inlagt.',
          ]),
        ],
        ['Läkemedelshantering', 'Dosett delad för två veckor.'],
        [
          'Nutrition',
          chart.random.pick([
            'Matlåda en gång om dagen. Stabil vikt.',
            'Minskad aptit. Näringsdryck till mellanmål.',
          ]),
        ],
      ])
    }
  }
  const { now, random } = chart
  book(chart, {
    unit: 'homeCare',
    at: { day: workday(now.day + random.whole(2, 14)), minutes: 10 * 60 },
    what: 'Hembesök, dosettdelning',
  })
}
