import type { Chart } from '../chart.ts'
import { swedish } from '../exact.ts'
import type { Stay } from '../records/admission.ts'
import { egfrOf } from '../records/results.ts'
import type { Day } from '../time.ts'
import { personText, weightOn } from './course.ts'

/** A stay for worse heart failure. */
export function decompensation(chart: Chart, day: Day, nights: number): Stay {
  const weight = weightOn(chart, day)
  const weights = Array.from({ length: nights + 1 }, (_, index) =>
    Number((weight + 4 - Math.min(4, index * 0.8)).toFixed(1)),
  )
  return {
    ward: 'medicineWard',
    day,
    nights,
    reason: 'I50.9',
    reasonText: 'Försämrad hjärtsvikt',
    arrival: arrivalOf(chart, day),
    admission: admissionOf(chart),
    nursing: [
      [
        ['Andning/cirkulation', 'Andfådd vid mobilisering. Bensvullnad minskar, stödlindad.'],
        ['Elimination', 'Stora urinmängder efter furosemid. Toalettstol vid sängen.'],
        ['Aktivitet/funktionsförmåga', 'Går med rollator till toaletten.'],
      ],
    ],
    daily: dailyOf(weights),
    epicrisis: epicrisisOf(weights),
    labs: labsOf(chart, day),
    vitals: [
      { bp: [148, 86], pulse: 104, breaths: 24, saturation: 90, temperature: 36.9 },
      { bp: [124, 72], pulse: 74, breaths: 16, saturation: 96, temperature: 36.7 },
    ],
    oxygenDays: 2,
    weights,
  }
}

function arrivalOf(chart: Chart, day: Day): Stay['arrival'] {
  return [
    ['Kontaktorsak', 'Tilltagande andfåddhet sedan en vecka.'],
    [
      'Anamnes',
      `${personText(chart, day)} som söker på grund av tilltagande andfåddhet och bensvullnad. Sover halvsittande. Viktuppgång 4 kg. Ingen bröstsmärta.`,
    ],
    [
      'Status',
      'Lätt andnöd i vila. Oregelbunden rytm, frekvens cirka 100. Basala rassel bilateralt. Pittingödem till knänivå.',
    ],
    ['Bedömning', 'Dekompenserad hjärtsvikt. Läggs in för intravenös diuretikabehandling.'],
  ]
}

function admissionOf({ person, random }: Chart): Stay['admission'] {
  return [
    ['Inskrivningsorsak', 'Försämrad hjärtsvikt.'],
    [
      'Socialt',
      random.pick([
        'Ensamboende i lägenhet med hiss. Hemtjänst en gång dagligen.',
        `Bor med ${person.sex === 'female' ? 'make' : 'maka'} i villa. Klarar sig själv.`,
        'Bor på särskilt boende.',
      ]),
    ],
    [
      'Aktuellt',
      'Sedan en vecka tilltagande dyspné och bensvullnad. Ingen bröstsmärta, ingen feber.',
    ],
    [
      'Status, hjärta',
      'Oregelbunden rytm, frekvens cirka 100. Systoliskt blåsljud grad 2 över apex.',
    ],
    ['Status, lungor', 'Basala rassel bilateralt.'],
    [
      'Bedömning',
      'Dekompenserad hjärtsvikt, sannolikt utlöst av bristande läkemedelsintag och saltintag.',
    ],
    [
      'Planering',
      'Furosemid 40 mg intravenöst två gånger dagligen, daglig vikt, vätskelista, telemetri.',
    ],
  ]
}

function dailyOf(weights: readonly number[]): NonNullable<Stay['daily']> {
  return Array.from({ length: weights.length - 1 }, (_, index) => [
    [
      'Aktuellt',
      [
        'Mindre andfådd, har kunnat sova planare.',
        'Fortsatt förbättrad, uppe på avdelningen.',
        'Mår bra i vila, går i korridoren utan vila.',
      ][Math.min(index, 2)] ?? '',
    ],
    [
      'Status',
      `Vikt ${swedish(weights[index + 1] ?? 0, 1)} kg. ${index > 1 ? 'Rena andningsljud.' : 'Kvarstående basala rassel.'}`,
    ],
    ['Bedömning', 'God effekt av diuretika.'],
    [
      'Planering',
      index > 1
        ? 'Övergår till peroral furosemid. Hemgång planeras.'
        : 'Fortsatt intravenöst furosemid. Elektrolyter dagligen.',
    ],
  ])
}

function epicrisisOf(weights: readonly number[]): Stay['epicrisis'] {
  return [
    ['Inläggningsorsak', 'Andfåddhet och bensvullnad.'],
    [
      'Sammanfattning av vårdförlopp',
      `Dekompenserad hjärtsvikt. Behandlad med intravenöst furosemid med god effekt, viktnedgång ${swedish((weights[0] ?? 0) - (weights.at(-1) ?? 0), 1)} kg.`,
    ],
    ['Läkemedelsförändringar', 'Furosemid höjt. I övrigt oförändrat.'],
    [
      'Uppföljning',
      'Hjärtsviktsmottagning om två veckor. Kreatinin och elektrolyter på vårdcentral om en vecka.',
    ],
    ['Utskriven till', 'Hemmet.'],
  ]
}

function labsOf(chart: Chart, day: Day): Stay['labs'] {
  const { body, random } = chart
  const creatinine = Math.round(body.creatinine * 1.25)
  const proBnp = random.whole(28, 72) * 100
  return {
    'P-NT-proBNP': [proBnp],
    'P-CRP': [random.whole(4, 14)],
    'P-Troponin T': [random.whole(18, 34)],
    'B-Hb': [Math.round(body.hb - 6)],
    'P-Natrium': [135, 136, 137, 138, 138, 139],
    'P-Kalium': [4.2, 3.9, 3.6, 3.7, 3.9, 4],
    'P-Kreatinin': [creatinine, creatinine + 8, creatinine + 6, creatinine + 2, creatinine],
    'Pt-eGFR(Krea)relativ': [0, 8, 6, 2, 0].map((more) => egfrOf(chart, creatinine + more, day)),
  }
}
