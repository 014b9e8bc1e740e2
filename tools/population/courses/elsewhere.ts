import { ageAt, later, visit } from '../chart.ts'
import { note } from '../records/notes.ts'
import { diagnose } from '../records/problems.ts'
import { labs, vitals } from '../records/results.ts'
import { prescribe } from '../records/treatment.ts'
import { atCentre, type Course, dayBetween, personText } from './course.ts'

/** What another region knows: an emergency visit on a journey, and perhaps some years lived there. */
export const elsewhere: Course = (chart) => {
  const { random, begins, now } = chart
  if (random.chance(0.5)) livedThere(chart)
  const day = dayBetween(chart, begins + 100, now.day - 30)
  const age = ageAt(chart, day)
  const at = visit(chart, {
    unit: 'emergency',
    day,
    at: 14 * 60 + 5 * random.whole(0, 80),
    kind: 'EMER',
    type: 'Akutbesök',
    reason: age > 60 ? 'R55.9' : 'R10.4',
    reasonText: age > 60 ? 'Svimning' : 'Buksmärta',
    length: 210,
  })
  vitals(at, { bp: [118, 70], pulse: 84, breaths: 16, saturation: 97, temperature: 37.2, news2: 0 })
  if (age >= 18) {
    labs(at, {
      'B-Hb': chart.body.hb,
      'P-CRP': random.whole(2, 18),
      'P-Natrium': 139,
      'P-Kalium': 4.1,
      'P-Kreatinin': chart.body.creatinine,
    })
  }
  const text = age > 60 ? 'Svimning, sannolikt vasovagal' : 'Ospecifik buksmärta'
  diagnose(at, age > 60 ? 'R55.9' : 'R10.4', { text, passing: true })
  note(
    at,
    'Akutanteckning',
    [
      ['Kontaktorsak', age > 60 ? 'Svimmat i kassakön.' : 'Ont i magen sedan i går kväll.'],
      [
        'Anamnes',
        `${personText(chart, day)} på besök i regionen. Journal från hemregionen ej tillgänglig vid besöket.`,
      ],
      ['Status', 'Opåverkad vid undersökningen. Hjärta, lungor och buk utan anmärkning.'],
      ['Bedömning', `${text}. Inga alarmerande fynd.`],
      ['Planering', 'Hem. Kontakt med egen vårdcentral vid nya besvär.'],
    ],
    { at: later(at.at, 120) },
  )
}

const livedThere: Course = (chart) => {
  const { random, begins } = chart
  const from = begins + random.whole(10, 400)
  for (let turn = 0; turn < random.whole(2, 5); turn++) {
    const day = dayBetween(chart, from + turn * 150, from + turn * 150 + 140)
    const at = atCentre(chart, day, 'Läkarbesök', 'Z76.0', { text: 'Receptförnyelse' })
    vitals(at, { bp: [chart.body.systolic, chart.body.diastolic] })
    note(at, 'Besöksanteckning', [
      ['Kontaktorsak', 'Nyinflyttad. Förnyelse av recept och genomgång.'],
      ['Bedömning', 'Stabilt läge.'],
      ['Planering', 'Journalkopior begärs. Återbesök vid behov.'],
    ])
    if (turn === 0 && ageAt(chart, day) > 20) prescribe(at, 'paracetamol', { days: 100 })
  }
}
