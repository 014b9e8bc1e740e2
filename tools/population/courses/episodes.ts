import { ageAt, type Chart, type Visit, visit } from '../chart.ts'
import type { DiagnosisCode } from '../facts/diagnoses.ts'
import type { DrugName } from '../facts/drugs.ts'
import { note, type Section } from '../records/notes.ts'
import { diagnose } from '../records/problems.ts'
import { type LabValues, labs, type Vitals, vitals } from '../records/results.ts'
import { canHave, prescribe } from '../records/treatment.ts'
import { workday } from '../time.ts'
import { atCentre } from './course.ts'

/** Something that passes: one visit, perhaps a drug. */
interface Episode {
  readonly code: DiagnosisCode
  readonly text: string
  readonly from: number
  readonly to: number
  readonly sex?: 'female' | 'male'
  /** How common among the others. */
  readonly weight: number
  readonly where?: 'emergency'
  readonly by?: 'nurse'
  readonly sections: readonly Section[]
  readonly drug?: readonly [name: DrugName, days: number]
  readonly labs?: LabValues
  readonly vitals?: Vitals
}

const EPISODES: readonly Episode[] = [
  {
    code: 'J06.9',
    text: 'Övre luftvägsinfektion',
    from: 0,
    to: 95,
    weight: 10,
    by: 'nurse',
    labs: { 'P-CRP': 9 },
    sections: [
      ['Kontaktorsak', 'Förkyld sedan fem dagar, hosta.'],
      ['Status', 'Opåverkad, afebril. Svalg lätt rodnat. Lungor utan anmärkning.'],
      ['Bedömning', 'Virusutlöst övre luftvägsinfektion. CRP 9.'],
      ['Råd', 'Egenvård. Åter vid försämring eller feber längre än en vecka.'],
    ],
  },
  {
    code: 'J03.0',
    text: 'Halsfluss, streptokocker',
    from: 4,
    to: 55,
    weight: 4,
    drug: ['pcv800', 5],
    vitals: { temperature: 38.6 },
    sections: [
      ['Kontaktorsak', 'Halsont och feber sedan tre dagar. Ingen hosta.'],
      [
        'Status',
        'Rodnade, svullna tonsiller med beläggningar. Ömma käkvinkelkörtlar. Centorkriterier 4.',
      ],
      ['Undersökningsresultat', 'Snabbtest Strep A positivt.'],
      ['Åtgärd', 'Fenoximetylpenicillin 800 mg × 4 i fem dagar.'],
    ],
  },
  {
    code: 'H66.0',
    text: 'Akut mediaotit',
    from: 1,
    to: 8,
    weight: 8,
    vitals: { temperature: 38.4 },
    sections: [
      ['Kontaktorsak', 'Ont i örat sedan i natt, förkyld.'],
      [
        'Status',
        'Höger trumhinna rodnad och buktande. Vänster utan anmärkning. Gott allmäntillstånd.',
      ],
      ['Bedömning', 'Akut mediaotit. Expektans enligt råd, smärtlindring.'],
    ],
  },
  {
    code: 'N30.0',
    text: 'Cystit',
    from: 18,
    to: 95,
    sex: 'female',
    weight: 6,
    by: 'nurse',
    drug: ['pivmecillinam', 5],
    sections: [
      [
        'Kontaktorsak',
        'Sveda och täta trängningar sedan två dagar. Ingen feber, ingen flanksmärta.',
      ],
      ['Bedömning', 'Sporadisk cystit.'],
      ['Åtgärd', 'Pivmecillinam 200 mg × 3 i fem dagar, ordinerat av läkare.'],
    ],
  },
  {
    code: 'M54.5',
    text: 'Ländryggssmärta',
    from: 22,
    to: 80,
    weight: 6,
    drug: ['paracetamol', 21],
    sections: [
      ['Kontaktorsak', 'Ont i ländryggen sedan ett lyft för tre dagar sedan.'],
      [
        'Status',
        'Palpationsöm paravertebralt. Lasègue negativ. Kraft, sensibilitet och reflexer utan anmärkning. Inga röda flaggor.',
      ],
      ['Bedömning', 'Akut lumbago utan neurologiskt bortfall.'],
      ['Planering', 'Håll igång. Fysioterapeut vid behov.'],
    ],
  },
  {
    code: 'M75.1',
    text: 'Rotatorkuffsyndrom',
    from: 38,
    to: 75,
    weight: 4,
    sections: [
      ['Kontaktorsak', 'Smärta i höger axel sedan två månader.'],
      ['Status', 'Smärtbåge 60–120 grader. Hawkins positivt. Kraft god.'],
      ['Bedömning', 'Subakromiell smärta.'],
      ['Planering', 'Remiss till fysioterapeut för träning i tre månader.'],
    ],
  },
  {
    code: 'L30.9',
    text: 'Eksem',
    from: 1,
    to: 85,
    weight: 4,
    sections: [
      ['Kontaktorsak', 'Kliande utslag i armvecken.'],
      ['Status', 'Rodnade, fjällande plack i armvecken bilateralt. Inga tecken på infektion.'],
      ['Åtgärd', 'Hydrokortison grupp II-kräm och mjukgörande.'],
    ],
  },
  {
    code: 'S93.4',
    text: 'Fotledsdistorsion',
    from: 10,
    to: 60,
    weight: 4,
    where: 'emergency',
    sections: [
      ['Kontaktorsak', 'Vrickat foten vid fotboll.'],
      ['Status', 'Svullnad över laterala malleolen. Ottawa negativ. Stödjer på foten.'],
      ['Bedömning', 'Distorsion i höger fotled. Röntgen ej indicerad.'],
    ],
  },
  {
    code: 'S52.50',
    text: 'Distal radiusfraktur vänster',
    from: 8,
    to: 92,
    weight: 2,
    where: 'emergency',
    drug: ['paracetamol', 14],
    sections: [
      ['Kontaktorsak', 'Fall på isen, ont i handleden.'],
      ['Status', 'Bajonettfelställning vänster handled. Distalstatus utan anmärkning.'],
      ['Undersökningsresultat', 'Röntgen: distal radiusfraktur med dorsal bockning 15 grader.'],
      ['Åtgärd', 'Reponeras i lokalbedövning, dorsal gipsskena. Kontrollröntgen om tio dagar.'],
    ],
  },
  {
    code: 'A09.9',
    text: 'Gastroenterit',
    from: 1,
    to: 90,
    weight: 3,
    by: 'nurse',
    sections: [
      ['Kontaktorsak', 'Kräkningar och diarré sedan i går.'],
      ['Bedömning', 'Sannolik virusgastroenterit. Kissar och dricker.'],
      ['Råd', 'Vätskeersättning, små klunkar ofta. Stanna hemma 48 timmar efter symtomfrihet.'],
    ],
  },
  {
    code: 'G43.9',
    text: 'Migrän',
    from: 16,
    to: 55,
    weight: 3,
    drug: ['sumatriptan', 300],
    sections: [
      ['Kontaktorsak', 'Återkommande ensidig huvudvärk med ljuskänslighet.'],
      ['Status', 'Neurologstatus utan anmärkning. Blodtryck normalt.'],
      ['Bedömning', 'Migrän utan aura, två till tre anfall i månaden.'],
      ['Åtgärd', 'Sumatriptan vid anfall. Huvudvärksdagbok.'],
    ],
  },
  {
    code: 'R07.4',
    text: 'Bröstsmärta',
    from: 32,
    to: 90,
    weight: 3,
    where: 'emergency',
    labs: { 'P-Troponin T': 6, 'B-Hb': 141, 'P-CRP': 2, 'P-Kreatinin': 78 },
    vitals: { bp: [142, 84], pulse: 82, saturation: 98, temperature: 36.8, news2: 0 },
    sections: [
      ['Kontaktorsak', 'Stickande smärta vänster bröst sedan i morse.'],
      ['Status', 'Opåverkad. Smärtan palpabel över revben 4–5. Hjärta och lungor utan anmärkning.'],
      [
        'Undersökningsresultat',
        'EKG: sinusrytm, inga ischemiska förändringar. Troponin T 6 ng/L, oförändrat efter en timme.',
      ],
      ['Bedömning', 'Muskuloskeletal bröstsmärta. Hem.'],
    ],
  },
  {
    code: 'F43.8A',
    text: 'Utmattningssyndrom',
    from: 28,
    to: 62,
    weight: 2,
    sections: [
      ['Kontaktorsak', 'Trötthet, minnessvårigheter och sömnbesvär efter långvarig stress.'],
      ['Bedömning', 'Utmattningssyndrom.'],
      [
        'Planering',
        'Sjukskrivning på halvtid. Rehabkoordinator kontaktas. Återbesök om fyra veckor.',
      ],
    ],
  },
  {
    code: 'D50.9',
    text: 'Järnbristanemi',
    from: 16,
    to: 50,
    sex: 'female',
    weight: 3,
    drug: ['ferrosulfat', 120],
    labs: { 'B-Hb': 104, 'Erc(B)-MCV': 76, 'P-Ferritin': 6 },
    sections: [
      ['Kontaktorsak', 'Trött och andfådd i trappor. Rikliga menstruationer.'],
      ['Undersökningsresultat', 'Hb 104 g/L, MCV 76 fL, ferritin 6 µg/L.'],
      ['Bedömning', 'Järnbristanemi på grund av riklig menstruation.'],
      ['Åtgärd', 'Järn i tre månader. Kontroll av Hb om sex veckor.'],
    ],
  },
  {
    code: 'K21.9',
    text: 'Refluxbesvär',
    from: 30,
    to: 80,
    weight: 3,
    drug: ['omeprazol', 60],
    sections: [
      ['Kontaktorsak', 'Halsbränna och sura uppstötningar.'],
      ['Bedömning', 'Gastroesofageal reflux utan larmsymtom.'],
      [
        'Åtgärd',
        'Omeprazol 20 mg i fyra veckor, därefter vid behov. Höjd huvudända, mindre kaffe.',
      ],
    ],
  },
]

/** A share of a visit a year, by age, for what passes. */
export function passingEpisodes(chart: Chart, perYear: number): void {
  const { random, begins, now } = chart
  const years = (now.day - begins) / 365
  const count = Math.round(years * perYear * (0.6 + random.next() * 0.8))
  for (let turn = 0; turn < count; turn++) {
    const day = workday(random.whole(begins + 2, now.day - 4))
    if (chart.stays.some(([first, last]) => day >= first && day <= last)) continue
    const age = ageAt(chart, day)
    const fitting = EPISODES.filter(
      ({ from, to, sex, drug }) =>
        age >= from &&
        age <= to &&
        (!sex || sex === chart.person.sex) &&
        (!drug || canHave(chart, drug[0])),
    )
    if (fitting.length > 0)
      happen(chart, day, random.weighted(fitting.map((each) => [each, each.weight])))
  }
}

function happen(chart: Chart, day: number, episode: Episode): void {
  const { code, text, sections, drug } = episode
  const at: Visit =
    episode.where === 'emergency'
      ? visit(chart, {
          unit: 'emergency',
          day,
          at: 12 * 60 + 5 * chart.random.whole(0, 100),
          kind: 'EMER',
          type: 'Akutbesök',
          reason: code,
          reasonText: text,
          length: 150,
        })
      : atCentre(chart, day, episode.by === 'nurse' ? 'Sjuksköterskebesök' : 'Läkarbesök', code, {
          text,
          ...(episode.by ? { by: episode.by } : {}),
        })
  if (episode.vitals) vitals(at, episode.vitals)
  if (episode.labs) labs(at, episode.labs, 'Snabbprov')
  note(at, episode.where === 'emergency' ? 'Akutanteckning' : 'Besöksanteckning', sections)
  diagnose(at, code, { text, passing: true })
  if (drug) prescribe(at, drug[0], { days: drug[1], reason: text })
}
