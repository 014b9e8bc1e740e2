import type { Chart } from '../chart.ts'
import { personText } from '../courses/course.ts'
import type { Stay } from '../records/admission.ts'
import { egfrOf } from '../records/results.ts'
import type { Day } from '../time.ts'

/** Pneumonia that made a weak heart worse: the patient of the overview. */
export function pneumonia(chart: Chart, day: Day): Stay {
  return {
    ward: 'medicineWard',
    day,
    nights: 30,
    reason: 'J15.9',
    reasonText: 'Pneumoni, försämrad hjärtsvikt',
    place: 'Sal 4, plats 2',
    arrival: arrivalOf(chart, day),
    admission: ADMISSION,
    daily: DAILY,
    nursing: NURSING,
    epicrisis: [['Inläggningsorsak', 'Pneumoni och försämrad hjärtsvikt.']],
    labs: labsOf(chart, day),
    vitals: [
      { bp: [148, 84], pulse: 112, breaths: 28, saturation: 88, temperature: 39.1 },
      { bp: [132, 74], pulse: 84, breaths: 20, saturation: 94, temperature: 37.4 },
    ],
    oxygenDays: 30,
    weights: [74.2, 73.6, 72.6, 71.4],
    recovery: 3,
  }
}

function arrivalOf(chart: Chart, day: Day): Stay['arrival'] {
  return [
    ['Kontaktorsak', 'Hosta, feber och tilltagande andfåddhet sedan tre dagar.'],
    [
      'Anamnes',
      `${personText(chart, day)} med hjärtsvikt, förmaksflimmer, KOL och typ 2-diabetes. Sjuk sedan tre dagar med feber 39 grader, produktiv hosta och ökande bensvullnad.`,
    ],
    ['Överkänslighet', 'OBS! Anafylaxi av penicillin.'],
    [
      'Status',
      'Påverkad, andfådd i vila. Rassel basalt höger, krepitationer bilateralt. Pittingödem till mitten av underbenen.',
    ],
    ['Bedömning', 'Pneumoni höger underlob och försämrad hjärtsvikt. NEWS2 9. Läggs in.'],
  ]
}

const ADMISSION: Stay['admission'] = [
  ['Inskrivningsorsak', 'Pneumoni och försämrad hjärtsvikt.'],
  [
    'Socialt',
    'Ensamboende i lägenhet med hiss. Hemtjänst två gånger dagligen. Rollator utomhus. Dotter i närheten.',
  ],
  ['Överkänslighet', 'Penicillin, anafylaxi 2014.'],
  ['Levnadsvanor', 'Tidigare rökare, 40 paketår. Alkohol sällan.'],
  ['Status, hjärta', 'Oregelbunden rytm, frekvens cirka 110.'],
  ['Status, lungor', 'Rassel basalt höger. Krepitationer upp till skulderbladsspetsen bilateralt.'],
  ['Bedömning', 'Samhällsförvärvad pneumoni, CRB-65 2 poäng. Dekompenserad hjärtsvikt.'],
  [
    'Planering',
    'Moxifloxacin på grund av pc-allergi. Furosemid intravenöst. Syrgas 1 liter. Blododling × 2, legionella- och pneumokockantigen i urin. Metformin pausas.',
  ],
]

const DAILY: NonNullable<Stay['daily']> = [
  [
    ['Aktuellt', 'Feber i natt. Något lättare att andas.'],
    ['Lab', 'CRP 189. Kalium 3,4.'],
    ['Bedömning', 'Oförändrat läge. QTc 455 ms, accepteras.'],
    ['Planering', 'Fortsatt behandling. Kaliumtillägg.'],
  ],
  [
    ['Aktuellt', 'Sovit några timmar. Hostar upp.'],
    ['Bedömning', 'Förbättrad andning, CRP på väg ned på moxifloxacin. Fortsatt vätskeöverskott.'],
    ['Planering', 'UKG. Daglig vikt. Målvikt 69,5 kg.'],
  ],
  [
    ['Aktuellt', 'Piggare, äter frukost uppe.'],
    ['Status', 'Afebril. Kvarstående basala rassel höger. Mindre underbensödem.'],
    [
      'Bedömning',
      'Förbättrad andning, CRP på väg ned på moxifloxacin (pc-allergi). Fortsatt vätskeöverskott cirka 2 kg, svarar på furosemid i.v. Lågt kalium under diuretika.',
    ],
    [
      'Plan',
      'Moxifloxacin totalt sju dagar, byt till p.o. när hon äter\nKaliumsubstitution, K och krea dagligen, EKG för QT\nMålvikt 69,5 kg. Utskrivning tidigast onsdag, SIP',
    ],
  ],
]

const NURSING: NonNullable<Stay['nursing']> = [
  [
    [
      'Andning/cirkulation',
      'Syrgas 1 liter i grimma, saturation 94 %. Andfådd vid förflyttning. Hostar upp gulgrönt slem.',
    ],
    ['Nutrition', 'Ätit halva portioner. Näringsdryck till mellanmål.'],
    ['Hud/vävnad', 'Rodnad över sakrum, bleknar vid tryck. Tryckavlastande madrass.'],
    ['Riskbedömning', 'Fallrisk. Stöd vid toalettbesök.'],
  ],
  [
    ['Andning/cirkulation', 'Syrgas 1 liter i grimma. Hostar mindre, ljust slem.'],
    ['Nutrition', 'Ätit hela frukosten och halv lunch. Dricker själv.'],
    ['Hud/vävnad', 'Ingen rodnad över sakrum. Tryckavlastande madrass kvar.'],
    ['Aktivitet', 'Uppe i stol två gånger. Går med rollator till toaletten med tillsyn.'],
  ],
]

function labsOf(chart: Chart, day: Day): Stay['labs'] {
  const creatinine = [132, 128, 125, 118]
  return {
    'P-CRP': [212, 189, 148, 96],
    'B-LPK': [17.4, 15.8, 13.9, 11.8],
    'P-Kalium': [3.6, 3.4, 3.4, 3.3],
    'P-Natrium': [136, 137, 138, 139],
    'P-Kreatinin': creatinine,
    'Pt-eGFR(Krea)relativ': creatinine.map((value) => egfrOf(chart, value, day)),
    'P-NT-proBNP': [6240, 5480, 4790, 4120],
    'B-Hb': [114, 112, 110, 112],
    'P-Laktat': [2.4, 1.6],
    'P-Troponin T': [31],
  }
}
