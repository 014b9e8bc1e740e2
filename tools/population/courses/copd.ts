import { type Chart, later, type Visit } from '../chart.ts'
import { admit, type Stay } from '../records/admission.ts'
import { note } from '../records/notes.ts'
import { diagnose, procedure } from '../records/problems.ts'
import { book, refer } from '../records/requests.ts'
import { labs, microbiology, vitals } from '../records/results.ts'
import { prescribe, vaccinate } from '../records/treatment.ts'
import { type Day, workday } from '../time.ts'
import {
  atCentre,
  type Course,
  dayBetween,
  measure,
  onsetOf,
  personText,
  pressureOf,
  rhythmText,
  weightOn,
  yearly,
} from './course.ts'

/** COPD: spirometry, smoking, inhalers, and winters that go wrong. */
export const copd: Course = (chart) => {
  const { random } = chart
  const onset = onsetOf(chart, 0.5)
  const first = Math.max(onset, chart.begins + random.whole(5, 100))
  const fev = random.whole(45, 68)
  for (const [index, day] of [...yearly(chart, first)].entries()) {
    yearlyVisit(chart, day, index, fev - index, onset)
  }
  for (let year = 1; year < 10; year += random.whole(1, 3)) {
    const day = winterDay(chart, first + year * 365)
    if (day === undefined) continue
    if (random.chance(0.3)) admit(chart, exacerbation(chart, day, random.whole(3, 6)))
    else flare(chart, day)
  }
  if (random.chance(0.5)) {
    book(chart, {
      unit: chart.centre,
      at: { day: workday(chart.now.day + random.whole(10, 90)), minutes: 13 * 60 },
      what: 'Astma/KOL-sköterska, spirometri',
    })
  }
}

/** January to March of about that year. */
function winterDay(chart: Chart, about: Day): Day | undefined {
  const year = new Date(about * 86_400_000).getUTCFullYear()
  const from = Math.round(Date.UTC(year, 0, 8) / 86_400_000)
  return from > chart.begins && from + 80 < chart.now.day
    ? dayBetween(chart, from, from + 75)
    : undefined
}

function yearlyVisit(chart: Chart, day: Day, index: number, fev: number, onset: Day): void {
  const at = atCentre(chart, day, index % 2 === 0 ? 'Läkarbesök' : 'Sjuksköterskebesök', 'J44.9', {
    text: 'KOL, årskontroll',
    ...(index % 2 === 0 ? {} : { by: 'nurse' as const }),
  })
  const bp = pressureOf(chart)
  const saturation = chart.random.whole(93, 96)
  measure(at, {
    bp,
    saturation,
    pulse: Math.round(chart.random.about(78, 5)),
    weight: weightOn(chart, day, -index * 0.6),
  })
  procedure(at, 'AG053', `Spirometri: FEV1 ${fev} % av förväntat, FEV1/FVC 0,${Math.min(69, fev)}`)
  const hasQuit = index > 2
  note(at, 'Besöksanteckning', [
    ['Kontaktorsak', 'Årskontroll KOL.'],
    [
      'Anamnes',
      chart.random.pick([
        'Andfådd i uppförsbacke. Hosta med vitt slem på morgonen.',
        'CAT 14. Klarar hushållet själv, vilar efter trappor.',
        'CAT 19. Mer andfådd sedan i vintras. Ingen hemoptys.',
      ]),
    ],
    [
      'Levnadsvanor',
      hasQuit
        ? `Rökfri sedan ${index - 2} år, tidigare 40 paketår.`
        : 'Röker 10 cigaretter om dagen. Motiverad att sluta.',
    ],
    ['Status', `Lungor: förlängt exspirium, inga ronki. Hjärta: ${rhythmText(chart, day)}.`],
    [
      'Undersökningsresultat',
      `Spirometri: FEV1 ${fev} % av förväntat. Saturation ${saturation} % på luft.`,
    ],
    ['Bedömning', `KOL grad ${fev >= 50 ? 2 : 3}, stabil.`],
    [
      'Planering',
      hasQuit
        ? 'Oförändrad inhalationsbehandling. Influensavaccination varje höst.'
        : 'Kvalificerat samtal om tobak. Inhalationsteknik kontrollerad. Influensavaccination varje höst.',
    ],
  ])
  if (index === 0) {
    diagnose(at, 'J44.9', { text: `KOL, grad ${fev >= 50 ? 2 : 3}`, onset })
    diagnose(at, 'F17.2', {
      text: 'Tobaksberoende',
      ...(onset < chart.begins ? { resolved: day + 800 } : {}),
    })
    prescribe(at, 'tiotropium')
    prescribe(at, 'salbutamol')
    vaccinate(at, 'pneumococcal')
  }
  if (!hasQuit) procedure(at, 'DV113')
}

function flare(chart: Chart, day: Day): void {
  const at = atCentre(chart, day, 'Läkarbesök, akut', 'J44.1', { text: 'KOL-exacerbation' })
  const crp = chart.random.whole(12, 48)
  labs(at, { 'P-CRP': crp }, 'Snabbprov')
  vitals(at, {
    saturation: chart.random.whole(90, 93),
    pulse: chart.random.whole(88, 102),
    breaths: 22,
    temperature: 37.6,
  })
  note(at, 'Besöksanteckning', [
    ['Kontaktorsak', 'Ökad andfåddhet och missfärgade upphostningar sedan fyra dagar.'],
    ['Status', 'Ej påverkad i vila. Ronki över båda lungfälten, förlängt exspirium. Inga rassel.'],
    ['Undersökningsresultat', `CRP ${crp} mg/L.`],
    ['Bedömning', 'KOL-exacerbation. Ingen misstanke om pneumoni.'],
    [
      'Åtgärd',
      'Prednisolon 30 mg i fem dagar. Doxycyklin i sju dagar på grund av purulenta sputa.',
    ],
    ['Planering', 'Söker akut vid försämring. Telefonkontakt om en vecka.'],
  ])
  diagnose(at, 'J44.1', { text: 'KOL-exacerbation', passing: true })
  prescribe(at, 'prednisolon', { days: 5, reason: 'KOL-exacerbation' })
  prescribe(at, 'doxycyklin', { days: 7, reason: 'KOL-exacerbation' })
}

/** A stay for an exacerbation with respiratory failure that oxygen helps. */
export function exacerbation(chart: Chart, day: Day, nights: number): Stay {
  return {
    ward: 'medicineWard',
    day,
    nights,
    reason: 'J44.1',
    reasonText: 'KOL-exacerbation',
    arrival: arrivalOf(chart, day),
    admission: ADMISSION,
    daily: Array.from({ length: nights }, (_, index) => [
      [
        'Aktuellt',
        index < 2
          ? 'Något lättare att andas. Hostar gulgrönt slem.'
          : 'Klart förbättrad. Går till matsalen.',
      ],
      ['Status', index < 2 ? 'Spridda ronki.' : 'Enstaka ronki.'],
      ['Planering', index < 2 ? 'Fortsatt behandling.' : 'Syrgas trappas ut. Hemgång planeras.'],
    ]),
    nursing: [
      [
        [
          'Andning/cirkulation',
          'Syrgas 1 liter i grimma. Sitter helst uppe. Inhalation med god effekt.',
        ],
        ['Nutrition', 'Orkar äta halva portioner. Näringsdryck insatt.'],
      ],
    ],
    epicrisis: [
      ['Inläggningsorsak', 'Andnöd.'],
      [
        'Sammanfattning av vårdförlopp',
        'Infektionsutlöst KOL-exacerbation. Förbättrades på inhalationer, prednisolon och antibiotika. Syrgasfri vid hemgång.',
      ],
      ['Status vid utskrivning', 'Saturation 93 % på luft. Inga ronki.'],
      ['Uppföljning', 'Astma/KOL-mottagning på vårdcentralen om sex veckor.'],
      ['Utskriven till', 'Hemmet.'],
    ],
    labs: labsOf(chart),
    vitals: [
      { bp: [146, 82], pulse: 108, breaths: 28, saturation: 86, temperature: 37.9 },
      { bp: [132, 76], pulse: 82, breaths: 18, saturation: 93, temperature: 36.8 },
    ],
    oxygenDays: Math.max(1, nights - 1),
  }
}

/** A sputum culture and a chest picture for whoever is admitted with a lung infection. */
export function lungWorkup(ward: Visit, picture: string): void {
  refer(ward, {
    to: 'radiology',
    kind: 'Röntgenremiss',
    what: 'Lungröntgen',
    question: 'Hosta, feber och andfåddhet. Infiltrat? Stas?',
    urgent: true,
    answer: { after: 150, text: picture },
  })
  microbiology(
    ward,
    'Sputumodling',
    'Riklig växt av Haemophilus influenzae. Känslig för amoxicillin och doxycyklin.',
    later(ward.at, 2900),
  )
}

function arrivalOf(chart: Chart, day: Day): Stay['arrival'] {
  return [
    ['Kontaktorsak', 'Svår andnöd, inkommer med ambulans.'],
    [
      'Anamnes',
      `${personText(chart, day)} med känd KOL. Sedan tre dagar ökad slemproduktion och andfåddhet. Tagit sin Salbutamol var annan timme.`,
    ],
    [
      'Status',
      'Talar i korta meningar. Ronki bilateralt, förlängt exspirium. Använder auxiliär andningsmuskulatur.',
    ],
    ['Undersökningsresultat', 'Blodgas: pH 7,36, pCO2 6,4 kPa.'],
    ['Bedömning', 'KOL-exacerbation med hypoxi. Ingen indikation för NIV i nuläget.'],
  ]
}

const ADMISSION: Stay['admission'] = [
  ['Inskrivningsorsak', 'KOL-exacerbation.'],
  ['Levnadsvanor', 'Tidigare rökare, 40 paketår.'],
  ['Status, lungor', 'Ronki bilateralt, nedsatt andningsljud basalt.'],
  ['Bedömning', 'Infektionsutlöst KOL-exacerbation.'],
  [
    'Planering',
    'Inhalationer med luftrörsvidgande, prednisolon 30 mg, syrgas med målsaturation 88–92 %. Blodgas vid försämring.',
  ],
]

function labsOf({ random, body }: Chart): Stay['labs'] {
  const crp = random.whole(60, 130)
  return {
    'P-CRP': [crp, crp * 0.9, crp * 0.6, crp * 0.4, crp * 0.2].map(Math.round),
    'B-LPK': [12.8, 11.9, 10.2, 9.4, 8.8],
    'B-Hb': [body.hb],
    'P-Natrium': [138],
    'P-Kalium': [3.8, 3.6, 3.8],
    'P-Kreatinin': [body.creatinine + 6],
    'kB-pH': [7.36],
    'kB-pCO2': [6.4],
  }
}
