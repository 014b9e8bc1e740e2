import { ageAt, type Chart, type Visit, visit } from '../chart.ts'
import type { VaccineName } from '../facts/vaccines.ts'
import { note } from '../records/notes.ts'
import { allergy, diagnose } from '../records/problems.ts'
import { book } from '../records/requests.ts'
import { vitals } from '../records/results.ts'
import { prescribe, vaccinate } from '../records/treatment.ts'
import { type Day, workday } from '../time.ts'
import { atCentre, type Course, dayBetween, yearly } from './course.ts'

/** Days after birth, what is checked, and vaccines with dose. Source: Folkhälsomyndigheten, allmänna vaccinationsprogrammet; Rikshandboken, in outline. */
const PROGRAMME: readonly [day: number, what: string, ...vaccines: [VaccineName, number][]][] = [
  [42, '6 veckor', ['rota', 1]],
  [91, '3 månader', ['hexavalent', 1], ['pneumococcalChild', 1], ['rota', 2]],
  [152, '5 månader', ['hexavalent', 2], ['pneumococcalChild', 2]],
  [244, '8 månader'],
  [365, '12 månader', ['hexavalent', 3], ['pneumococcalChild', 3]],
  [548, '18 månader', ['mmr', 1]],
  [913, '2,5 år'],
  [1461, '4 år'],
  [1890, '5 år', ['boosterFive', 4]],
]

/** Weight in kg and height in cm by age in years, about the middle of the Swedish curves. */
const GROWTH: readonly [years: number, height: number, weight: number][] = [
  [0, 50, 3.5],
  [0.25, 61, 6.2],
  [0.5, 68, 7.9],
  [1, 76, 10],
  [1.5, 82, 11.4],
  [2.5, 92, 13.9],
  [4, 104, 17],
  [5, 111, 19.2],
  [7, 124, 24.5],
  [10, 141, 34],
  [13, 158, 47],
  [16, 170, 60],
]

export function grownTo(years: number, share: number): { height: number; weight: number } {
  const next = GROWTH.findIndex(([at]) => at >= years)
  const [toAge, toHeight, toWeight] = GROWTH[next < 0 ? GROWTH.length - 1 : next] ?? [16, 170, 60]
  const [age, height, weight] = GROWTH[Math.max(0, (next < 0 ? GROWTH.length : next) - 1)] ?? [
    0, 50, 3.5,
  ]
  const part = toAge === age ? 0 : Math.min(1, (years - age) / (toAge - age))
  return {
    height: Math.round((height + (toHeight - height) * part) * (1 + share * 0.04)),
    weight: Math.round((weight + (toWeight - weight) * part) * (1 + share * 0.1) * 10) / 10,
  }
}

/** What every child in Sweden meets: the child health centre and its vaccines, as far as the ten years reach. */
export const childHealth: Course = (chart) => {
  const share = chart.random.about(0, 0.6)
  for (const [days, what, ...vaccines] of PROGRAMME) {
    const day = workday(chart.person.birth + days + chart.random.whole(-3, 6))
    if (day < chart.begins || day >= chart.now.day) continue
    const at = atCentre(chart, day, 'BVC-besök', 'Z00.1', {
      by: 'nurse',
      text: `Hälsobesök ${what}`,
    })
    const grown = grownTo(days / 365.25, share)
    vitals(at, days < 1400 ? { height: grown.height, weight: grown.weight } : grown)
    for (const [vaccine, dose] of vaccines) vaccinate(at, vaccine, dose)
    childNote(at, what, days, vaccines.length > 0)
  }
}

function childNote(at: Visit, what: string, days: number, hasVaccine: boolean): void {
  const { random } = at.chart
  const progress =
    days < 200
      ? 'Ler och följer med blicken. Lyfter huvudet i bukläge.'
      : days < 600
        ? random.pick([
            'Går längs möbler. Pekar. Säger mamma och pappa.',
            'Sitter stadigt, flyttar föremål mellan händerna. Jollrar.',
          ])
        : days < 1000
          ? 'Talar i tvåordsmeningar. Förstår uppmaningar. Springer.'
          : 'Ritar huvudfoting, hoppar på ett ben. Talar tydligt.'
  note(at, 'Tillväxt och hälsa', [
    ['Besöksorsak', `Hälsobesök vid ${what}.`],
    ['Utveckling', progress],
    [
      'Föräldrarnas frågor',
      random.pick([
        'Inga särskilda.',
        'Undrar över sömn och rutiner.',
        'Matvägran i perioder. Råd givna.',
      ]),
    ],
    [
      'Bedömning',
      `Följer sin tillväxtkurva.${hasVaccine ? ' Vaccinerad enligt program utan reaktion.' : ''}`,
    ],
  ])
}

/** Wheezing as a baby, asthma found before school, sprays with a spacer, pollen later. */
export const childhoodAsthma: Course = (chart) => {
  const { random, person, now } = chart
  wheezing(chart)
  const found = workday(person.birth + random.whole(1200, 1900))
  const first = Math.max(found, chart.begins + 40)
  if (first >= now.day - 30) return
  for (const [index, day] of [...yearly(chart, first, 6)].entries()) {
    if (index < 12) asthmaVisit(chart, day, index, found)
  }
  for (let turn = 0; turn < 3; turn++) attack(chart, dayBetween(chart, first, now.day - 20))
  book(chart, {
    unit: 'childrenClinic',
    at: { day: workday(now.day + random.whole(10, 120)), minutes: 9 * 60 + 20 },
    what: 'Barnläkare, astmakontroll med spirometri',
  })
}

function wheezing(chart: Chart): void {
  const day = chart.person.birth + chart.random.whole(120, 420)
  if (day < chart.begins || day >= chart.now.day) return
  const at = visit(chart, {
    unit: 'emergency',
    day,
    at: 19 * 60,
    kind: 'EMER',
    type: 'Akutbesök',
    reason: 'J21.9',
    reasonText: 'Bronkiolit',
  })
  vitals(at, { breaths: 48, saturation: 95, pulse: 148, temperature: 38.2 })
  diagnose(at, 'J21.9', { text: 'Bronkiolit', passing: true })
  note(at, 'Akutanteckning', [
    ['Kontaktorsak', 'Snuva, hosta och tungandad sedan två dagar.'],
    [
      'Status',
      'Vaken, god kontakt. Lätta subkostala indragningar. Krepitationer bilateralt. Ammas.',
    ],
    ['Bedömning', 'Bronkiolit, lindrig. Orkar äta.'],
    [
      'Planering',
      'Hem med råd: små mål ofta, koksalt i näsan. Åter vid försämrat ätande eller andning.',
    ],
  ])
}

function asthmaVisit(chart: Chart, day: Day, index: number, found: Day): void {
  const { random } = chart
  const years = ageAt(chart, day)
  const at = visit(chart, {
    unit: 'childrenClinic',
    day,
    type: 'Läkarbesök',
    reason: 'J45.0',
    reasonText: 'Allergisk astma',
    length: 30,
  })
  const grown = grownTo(Math.max(1, years), 0.1)
  vitals(at, { ...grown, saturation: random.whole(97, 99) })
  if (index === 0) foundAsthma(at, day, found)
  if (index === 4 && random.chance(0.4)) prescribe(at, 'montelukast', { days: 365 })
  if (years > 6 && index % 5 === 0) {
    diagnose(at, 'J30.1', { text: 'Pollenallergi, björk' })
    prescribe(at, 'desloratadin')
  }
  const isStable = random.chance(0.7)
  note(at, 'Besöksanteckning', [
    [
      'Kontaktorsak',
      index === 0 ? 'Utredning för återkommande obstruktiv andning.' : 'Astmakontroll.',
    ],
    [
      'Anamnes',
      isStable
        ? 'Hostar vid förkylning, i övrigt besvärsfri. Leker och springer utan hinder. ACT 23.'
        : 'Nattlig hosta två gånger i veckan den senaste månaden. Använder luftrörsvidgande dagligen. ACT 17.',
    ],
    [
      'Status',
      isStable
        ? 'Lungor: rena andningsljud. Öron och svalg utan anmärkning.'
        : 'Lungor: enstaka ronki vid forcerad utandning.',
    ],
    [
      'Bedömning',
      isStable ? 'Välkontrollerad allergisk astma.' : 'Allergisk astma, ej fullt kontrollerad.',
    ],
    [
      'Planering',
      isStable
        ? 'Oförändrad behandling. Inhalationsteknik kontrollerad.'
        : 'Ökar till två inhalationer två gånger dagligen under höst och vinter. Åter om sex veckor per telefon.',
    ],
  ])
}

function foundAsthma(at: Visit, day: Day, found: Day): void {
  const { random } = at.chart

  diagnose(at, 'J45.0', { text: 'Allergisk astma', onset: found })
  prescribe(at, 'fluticason')
  prescribe(at, 'salbutamol')
  if (random.chance(0.5)) diagnose(at, 'L20.9', { text: 'Atopiskt eksem', resolved: day + 1500 })
  if (random.chance(0.45)) {
    allergy(
      at,
      random.pick([
        {
          substance: 'Jordnöt',
          category: 'food',
          manifestation: 'anafylaxi',
          severity: 'severe',
          isCritical: true,
        } as const,
        {
          substance: 'Katt',
          category: 'environment',
          manifestation: 'rinit och astma',
          severity: 'moderate',
        } as const,
        {
          substance: 'Hönsägg',
          category: 'food',
          manifestation: 'urtikaria',
          severity: 'moderate',
        } as const,
      ]),
    )
  }
}

function attack(chart: Chart, day: Day): void {
  const at = visit(chart, {
    unit: 'emergency',
    day,
    at: 21 * 60,
    kind: 'EMER',
    type: 'Akutbesök',
    reason: 'J45.9',
    reasonText: 'Astmaanfall',
  })
  vitals(at, { breaths: 34, saturation: 93, pulse: 132, temperature: 37.4 })
  note(at, 'Akutanteckning', [
    ['Kontaktorsak', 'Andningsbesvär sedan i kväll, förkyld i två dagar.'],
    ['Status', 'Talar i hela meningar. Förlängt exspirium, ronki bilateralt.'],
    [
      'Åtgärd',
      'Salbutamol via andningsbehållare med god effekt, upprepat en gång. Betametason peroralt.',
    ],
    ['Bedömning', 'Infektionsutlöst astmaanfall, måttligt. Kan gå hem.'],
    ['Planering', 'Luftrörsvidgande var fjärde timme i två dygn. Ny kontakt vid försämring.'],
  ])
  diagnose(at, 'J45.9', { text: 'Astmaanfall', passing: true })
}
