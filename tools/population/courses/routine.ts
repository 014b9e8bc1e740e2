import { ageAt, type Chart } from '../chart.ts'
import { swedish } from '../exact.ts'
import { note } from '../records/notes.ts'
import { allergy, diagnose, noKnownAllergy } from '../records/problems.ts'
import { labs } from '../records/results.ts'
import { prescribe, vaccinate } from '../records/treatment.ts'
import { dayOf, workday, yearOf } from '../time.ts'
import {
  atCentre,
  type Course,
  dayBetween,
  measure,
  pressureOf,
  weightOn,
  yearly,
} from './course.ts'
import { passingEpisodes } from './episodes.ts'

/** What all meet: colds, bad backs, vaccines in the autumn, a check now and then. */
export const routine: Course = (chart) => {
  const age = ageAt(chart, chart.now.day)
  passingEpisodes(chart, age < 7 ? 1.2 : age < 65 ? 0.6 : 0.9)
  vaccinations(chart, age)
  if (age > 45 && chart.random.chance(0.35)) highPressure(chart)
  if (age > 40 && chart.person.sex === 'female' && chart.random.chance(0.14)) thyroid(chart)
}

function vaccinations(chart: Chart, age: number): void {
  const { random, now, begins } = chart
  if (age > 20 && random.chance(0.8)) {
    for (const [index, date] of ['2021-05-20', '2021-07-02', '2022-02-10'].entries()) {
      const day = workday(dayOf(date) + random.whole(-20, 20))
      if (day < begins || day >= now.day) continue
      vaccinate(atCentre(chart, day, 'Vaccination', undefined, { by: 'nurse' }), 'covid', index + 1)
    }
  }
  if (age >= 60 && random.chance(0.8)) influenza(chart)
}

function influenza(chart: Chart): void {
  const { random, now, begins } = chart
  for (let year = yearOf(begins); year <= yearOf(now.day); year++) {
    const day = workday(dayOf(`${year}-11-06`) + random.whole(-4, 16))
    if (day < begins || day >= now.day || !random.chance(0.75)) continue
    if (yearOf(day) - yearOf(chart.person.birth) < 65) continue
    vaccinate(atCentre(chart, day, 'Vaccination', 'Z25.1', { by: 'nurse' }), 'influenza')
  }
}

const ALLERGIES = [
  {
    substance: 'Penicillin',
    atc: 'J01CE',
    category: 'medication',
    manifestation: 'anafylaxi',
    severity: 'severe',
    isCritical: true,
  },
  {
    substance: 'Penicillin',
    atc: 'J01CE',
    category: 'medication',
    manifestation: 'urtikaria',
    severity: 'moderate',
  },
  {
    substance: 'Acetylsalicylsyra',
    atc: 'N02BA01',
    category: 'medication',
    manifestation: 'astma',
    severity: 'severe',
    isCritical: true,
  },
  {
    substance: 'Trimetoprim',
    atc: 'J01EA01',
    category: 'medication',
    manifestation: 'utslag',
    severity: 'mild',
  },
  {
    substance: 'Latex',
    category: 'environment',
    manifestation: 'kontakturtikaria',
    severity: 'moderate',
  },
  {
    substance: 'Björkpollen',
    category: 'environment',
    manifestation: 'rinokonjunktivit',
    severity: 'mild',
  },
  {
    substance: 'Nötter',
    category: 'food',
    manifestation: 'svullnad i munnen',
    severity: 'moderate',
  },
] as const

/** Must come first: what somebody can't have is never prescribed. */
export function allergies(chart: Chart): void {
  const { random, begins, now } = chart
  const share = random.next()
  if (share > 0.55) return
  const at = atCentre(chart, dayBetween(chart, begins, now.day), 'Sjuksköterskebesök', undefined, {
    by: 'nurse',
  })
  if (share < 0.3) allergy(at, random.pick(ALLERGIES))
  else noKnownAllergy(at)
}

function highPressure(chart: Chart): void {
  const { random, body } = chart
  const first = dayBetween(chart, chart.begins, chart.now.day - 400)
  for (const [index, day] of [...yearly(chart, first, 14)].entries()) {
    const at = atCentre(chart, day, 'Läkarbesök', 'I10.9', { text: 'Hypertoni, årskontroll' })
    const bp = pressureOf(chart, index === 0 ? 26 : 8)
    const creatinine = Math.round(body.creatinine + index * 0.6)
    labs(at, {
      'P-Kreatinin': creatinine,
      'P-Kalium': random.about(4.1, 0.2),
      'P-Natrium': random.about(140, 1),
      'P-Kolesterol': random.about(5.4, 0.6),
      'P-LDL-kolesterol': random.about(3.2, 0.4),
      'fP-Glukos': random.about(5.6, 0.3),
    })
    measure(at, { bp, weight: weightOn(chart, day), pulse: Math.round(random.about(70, 5)) })
    if (index === 0) {
      diagnose(at, 'I10.9', { text: 'Hypertoni' })
      prescribe(at, random.pick(['amlodipin', 'enalapril', 'losartan'] as const))
      if (random.chance(0.4)) prescribe(at, 'atorvastatin')
    }
    note(at, 'Besöksanteckning', [
      [
        'Kontaktorsak',
        index === 0 ? 'Förhöjda blodtryck vid kontroll på apotek.' : 'Årskontroll hypertoni.',
      ],
      [
        'Anamnes',
        random.pick([
          'Mår väl, inga biverkningar.',
          'Ibland svullna anklar på kvällen.',
          'Promenerar dagligen. Saltar mindre.',
        ]),
      ],
      ['Blodtryck', `${bp[0]}/${bp[1]} mmHg sittande höger arm efter fem minuters vila.`],
      [
        'Bedömning',
        index === 0 ? 'Hypertoni, bekräftad med hemblodtryck.' : 'Hypertoni, välbehandlad.',
      ],
      [
        'Planering',
        index === 0
          ? 'Insätter behandling, kontroll hos distriktssköterska om fyra veckor.'
          : 'Oförändrat. Recept förnyas.',
      ],
    ])
  }
}

function thyroid(chart: Chart): void {
  const [first, ...later] = [
    ...yearly(chart, dayBetween(chart, chart.begins, chart.now.day - 500), 12),
  ]
  if (first === undefined) return
  const { random } = chart
  const found = atCentre(chart, first, 'Läkarbesök', 'E03.9', { text: 'Hypotyreos' })
  const high = random.about(14, 3)
  labs(found, { 'P-TSH': high, 'P-Fritt T4': 10 })
  diagnose(found, 'E03.9', { text: 'Hypotyreos' })
  prescribe(found, 'levotyroxin')
  note(found, 'Besöksanteckning', [
    ['Kontaktorsak', 'Trött, frusen och torr hud.'],
    ['Undersökningsresultat', `TSH ${swedish(high, 2)} mIE/L, fritt T4 10 pmol/L.`],
    ['Bedömning', 'Primär hypotyreos.'],
    ['Planering', 'Levotyroxin i stigande dos, TSH om sex veckor.'],
  ])
  for (const day of later) {
    const at = atCentre(chart, day, 'Provsvar', 'E03.9', { text: 'Hypotyreos', kind: 'VR' })
    const tsh = random.about(2, 0.6)
    labs(at, { 'P-TSH': tsh, 'P-Fritt T4': random.about(16, 1.4) })
    note(at, 'Telefonkontakt', [
      ['Kontaktorsak', 'Svar på årskontroll.'],
      ['Undersökningsresultat', `TSH ${swedish(tsh, 2)} mIE/L.`],
      ['Bedömning', 'Hypotyreos, välinställd.'],
      ['Planering', 'Oförändrad dos. Nytt TSH om ett år.'],
    ])
  }
}
