import type { Chart } from '../chart.ts'
import type { Stay } from '../records/admission.ts'
import type { Day } from '../time.ts'

type Bedside = Stay['vitals'][number]
type Common = Pick<Stay, 'ward' | 'day' | 'nights'>

/** Nights enough that the patient is still there. */
const ONGOING = 30

const common = (day: Day): Common => ({ ward: 'medicineWard', day, nights: ONGOING })

const WELL: Bedside = { bp: [128, 76], pulse: 76, breaths: 16, saturation: 96, temperature: 36.9 }

export function urosepsis(chart: Chart, day: Day): Stay {
  return {
    ...common(day),
    reason: 'N10.9',
    reasonText: 'Febril urinvägsinfektion',
    arrival: [
      ['Kontaktorsak', 'Frossa och flanksmärta sedan i går.'],
      ['Status', 'Påverkad, varm. Dunkömhet över höger njurloge. Blodtryck 98/56.'],
      [
        'Bedömning',
        'Febril UVI med misstänkt sepsis. Odlingar, vätska och cefotaxim inom en timme.',
      ],
    ],
    admission: [
      ['Inskrivningsorsak', 'Febril urinvägsinfektion, sepsis.'],
      [
        'Planering',
        'Cefotaxim intravenöst. Ringer-Acetat. Ultraljud njurar om ej bättre inom två dygn. Laktatkontroll.',
      ],
    ],
    daily: [
      [
        ['Aktuellt', 'Feberfri sedan i morse. Mindre ont.'],
        ['Lab', 'CRP i avtagande. Växt av E. coli i urin.'],
        [
          'Planering',
          'Fortsatt cefotaxim, övergång till peroral behandling efter resistensbesked.',
        ],
      ],
    ],
    nursing: [
      [
        ['Elimination', 'Kissar själv, urinmängd 1 800 ml.'],
        ['Nutrition', 'Dricker bra, äter lite.'],
      ],
    ],
    epicrisis: [['Inläggningsorsak', 'Febril urinvägsinfektion.']],
    labs: {
      'P-CRP': [246, 214, 141, 78],
      'B-LPK': [18.9, 14.2, 10.1, 8.4],
      'P-Laktat': [3.1, 1.4],
      'P-Kreatinin': [
        chart.body.creatinine + 44,
        chart.body.creatinine + 20,
        chart.body.creatinine,
      ],
      'P-Natrium': [134, 136, 138],
      'P-Kalium': [3.7, 3.6, 3.9],
      'B-Hb': [chart.body.hb - 8],
    },
    vitals: [
      { bp: [98, 56], pulse: 118, breaths: 24, saturation: 95, temperature: 39.6 },
      { ...WELL, bp: [118, 70] },
    ],
    recovery: 2,
  }
}

export function cellulitis(chart: Chart, day: Day): Stay {
  return {
    ...common(day),
    reason: 'L03.1',
    reasonText: 'Erysipelas höger underben',
    arrival: [
      ['Kontaktorsak', 'Rött, svullet och ömt underben med feber.'],
      [
        'Status',
        'Välavgränsad rodnad från fotrygg till knä höger. Sår mellan tår fyra och fem. Ingen krepitation.',
      ],
      ['Bedömning', 'Erysipelas. Inläggning på grund av diabetes och allmänpåverkan.'],
    ],
    admission: [
      ['Inskrivningsorsak', 'Erysipelas höger underben.'],
      ['Planering', 'Antibiotika intravenöst. Högläge. Rodnaden utmärkt med penna.'],
    ],
    daily: [
      [
        ['Aktuellt', 'Mindre ont i benet.'],
        ['Status', 'Rodnaden har gått tillbaka två centimeter innanför markeringen.'],
        ['Planering', 'Byte till tabletter i morgon om fortsatt regress.'],
      ],
    ],
    nursing: [[['Hud/vävnad', 'Såret mellan tårna rengjort och torrlagt. Benet i högläge.']]],
    epicrisis: [['Inläggningsorsak', 'Erysipelas.']],
    labs: {
      'P-CRP': [178, 156, 92, 51],
      'B-LPK': [15.1, 12.7, 9.6],
      'P-Glukos': [13.4, 11.2, 9.8],
      'P-Kreatinin': [chart.body.creatinine + 8, chart.body.creatinine],
      'P-Kalium': [4.1, 4.2],
    },
    vitals: [{ bp: [142, 82], pulse: 102, breaths: 18, saturation: 97, temperature: 38.9 }, WELL],
    recovery: 3,
  }
}

export function delirium(chart: Chart, day: Day): Stay {
  return {
    ...common(day),
    reason: 'F05.9',
    reasonText: 'Konfusion, urinvägsinfektion och hyponatremi',
    arrival: [
      ['Kontaktorsak', 'Förvirrad sedan två dagar enligt hemtjänst.'],
      [
        'Status',
        'Vaken, desorienterad till tid och rum. Uttorkad. Fokalneurologi utan anmärkning.',
      ],
      [
        'Undersökningsresultat',
        'Natrium 124. Urinsticka: nitrit positiv. DT hjärna: ingen blödning.',
      ],
      ['Bedömning', 'Konfusion utlöst av hyponatremi och urinvägsinfektion.'],
    ],
    admission: [
      ['Inskrivningsorsak', 'Konfusion.'],
      [
        'Planering',
        'Tiazid utsatt. Vätskerestriktion, natrium var sjätte timme första dygnet. Pivmecillinam. Lugn miljö, anhöriga välkomna.',
      ],
    ],
    daily: [
      [
        ['Aktuellt', 'Orolig i natt, dragit ut sin PVK.'],
        ['Lab', 'Natrium stiger i lagom takt.'],
        ['Planering', 'Fortsatt vätskerestriktion. Undvik sederande läkemedel.'],
      ],
      [
        ['Aktuellt', 'Klarare på dagen, förvirrad till kvällen.'],
        ['Planering', 'Läkemedelsgenomgång. Kontakt med kommunen.'],
      ],
      [
        ['Aktuellt', 'Orienterad. Går med rollator.'],
        ['Planering', 'SIP i morgon. Medicinskt färdig inom kort.'],
      ],
    ],
    nursing: [
      [
        ['Kommunikation', 'Hör dåligt, hörapparater i. Känner igen sin son.'],
        ['Sömn', 'Uppe flera gånger i natt. Extravak.'],
        ['Riskbedömning', 'Hög fallrisk. Larmmatta.'],
      ],
    ],
    epicrisis: [['Inläggningsorsak', 'Konfusion.']],
    labs: {
      'P-Natrium': [124, 128, 131, 134, 136],
      'P-Kalium': [3.4, 3.6, 3.9],
      'P-CRP': [46, 32, 14],
      'P-Kreatinin': [chart.body.creatinine + 18, chart.body.creatinine + 4],
      'B-Hb': [chart.body.hb - 6],
      'P-Calcium': [2.31],
    },
    vitals: [
      { bp: [112, 64], pulse: 88, breaths: 18, saturation: 96, temperature: 37.8 },
      { ...WELL, bp: [136, 74] },
    ],
    confusedDays: 3,
    recovery: 4,
  }
}

export function embolism(chart: Chart, day: Day): Stay {
  return {
    ...common(day),
    reason: 'I26.9',
    reasonText: 'Lungemboli',
    arrival: [
      ['Kontaktorsak', 'Plötslig andfåddhet och andningskorrelerad bröstsmärta.'],
      ['Anamnes', 'Hemkommen från lång flygresa för fyra dagar sedan. Ont i vaden sedan dess.'],
      ['Status', 'Lätt andfådd. Lungor rena. Vänster vad 3 cm större än höger.'],
      [
        'Undersökningsresultat',
        'DT lungartärer: segmentella embolier bilateralt. Ingen högerkammarbelastning.',
      ],
      ['Bedömning', 'Lungemboli, låg risk (PESI 74).'],
    ],
    admission: [
      ['Inskrivningsorsak', 'Lungemboli.'],
      [
        'Planering',
        'Apixaban 10 mg två gånger dagligen i sju dagar, därefter 5 mg. Ultraljud ben. Provokationsfaktor: flygresa.',
      ],
    ],
    daily: [
      [
        ['Aktuellt', 'Mindre andfådd.'],
        ['Planering', 'Hemgång i morgon om fortsatt stabil. Återbesök efter tre månader.'],
      ],
    ],
    epicrisis: [['Inläggningsorsak', 'Lungemboli.']],
    labs: {
      'P-Troponin T': [11],
      'P-NT-proBNP': [188],
      'B-Hb': [chart.body.hb],
      'B-TPK': [248],
      'P-CRP': [22, 18],
      'P-Kreatinin': [chart.body.creatinine, chart.body.creatinine],
      'P-PK(INR)': [1.1],
    },
    vitals: [{ bp: [138, 84], pulse: 104, breaths: 22, saturation: 92, temperature: 37.3 }, WELL],
    oxygenDays: 1,
    recovery: 2,
  }
}

export function bleeding(chart: Chart, day: Day): Stay {
  return {
    ...common(day),
    reason: 'K92.2',
    reasonText: 'Övre gastrointestinal blödning',
    arrival: [
      ['Kontaktorsak', 'Svart avföring och yrsel.'],
      ['Anamnes', 'Tagit ibuprofen för knäsmärta i tre veckor.'],
      ['Status', 'Blek. Rektalpalpation: melena. Buk mjuk, öm i epigastriet.'],
      ['Bedömning', 'Övre GI-blödning, Glasgow-Blatchford 10. Gastroskopi i dag.'],
    ],
    admission: [
      ['Inskrivningsorsak', 'Övre GI-blödning.'],
      [
        'Planering',
        'Omeprazol intravenöst. Bastest och BAS-test. Hb var sjätte timme. Ibuprofen utsatt.',
      ],
    ],
    daily: [
      [
        [
          'Aktuellt',
          'Gastroskopi i går: ulcus duodeni, Forrest IIb, klippt. Två enheter erytrocyter.',
        ],
        ['Lab', 'Hb stabilt.'],
        ['Planering', 'Flytande kost. Helicobacter-svar inväntas.'],
      ],
    ],
    nursing: [
      [
        ['Elimination', 'En svart avföring under dagen.'],
        ['Andning/cirkulation', 'Stabilt blodtryck.'],
      ],
    ],
    epicrisis: [['Inläggningsorsak', 'GI-blödning.']],
    labs: {
      'B-Hb': [78, 84, 91, 94],
      'P-Kreatinin': [chart.body.creatinine + 10, chart.body.creatinine],
      'P-Kalium': [4.4, 4.1],
      'P-PK(INR)': [1.1],
      'B-TPK': [288],
      'P-CRP': [6],
    },
    vitals: [
      { bp: [102, 60], pulse: 112, breaths: 18, saturation: 97, temperature: 36.7 },
      { ...WELL, bp: [124, 72] },
    ],
    recovery: 2,
  }
}

export function arrhythmia(chart: Chart, day: Day): Stay {
  return {
    ...common(day),
    reason: 'I48.9',
    reasonText: 'Förmaksflimmer med hög kammarfrekvens',
    arrival: [
      ['Kontaktorsak', 'Hjärtklappning sedan två dagar.'],
      ['Undersökningsresultat', 'EKG: förmaksflimmer, frekvens 146. Inga ischemitecken.'],
      ['Bedömning', 'Nyupptäckt förmaksflimmer, duration över 48 timmar. CHA2DS2-VASc 2.'],
    ],
    admission: [
      ['Inskrivningsorsak', 'Förmaksflimmer med hög kammarfrekvens.'],
      [
        'Planering',
        'Metoprolol, apixaban. Telemetri. UKG. Elkonvertering planeras efter tre veckors antikoagulation.',
      ],
    ],
    daily: [
      [
        ['Aktuellt', 'Frekvens 84 i vila. Mår bra.'],
        ['Planering', 'Hemgång efter UKG.'],
      ],
    ],
    epicrisis: [['Inläggningsorsak', 'Förmaksflimmer.']],
    labs: {
      'P-Kalium': [3.9, 4.2],
      'P-TSH': [1.84],
      'P-Troponin T': [12],
      'P-NT-proBNP': [1240],
      'B-Hb': [chart.body.hb],
      'P-Kreatinin': [chart.body.creatinine],
    },
    vitals: [
      { bp: [126, 82], pulse: 138, breaths: 18, saturation: 97, temperature: 36.8 },
      { ...WELL, pulse: 84 },
    ],
    recovery: 2,
  }
}
