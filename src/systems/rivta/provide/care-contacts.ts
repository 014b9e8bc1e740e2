import type { Encounter, FhirResource } from 'fhir/r4'
import type { XmlContent } from '../soap/write-xml.ts'
import {
  changed,
  core,
  isForPatient,
  orgUnit,
  professional,
  summaryHeader,
  time,
} from './message.ts'
import type { Producer } from './producer.ts'
import {
  type Outgoing,
  organizationOf,
  type Produced,
  type Production,
  personOf,
} from './production.ts'

const SHARED = {
  domain: 'clinicalprocess:logistics:logistics',
  item: 'careContact',
} as const

/** GetCareContacts 2.0: its header has neither title nor care contact, and its answer no result. */
export const CARE_CONTACTS_2: Producer = {
  ...SHARED,
  result: 'none',
  items: (production) => contactsOf(production, toOlder),
}

/** GetCareContacts 3.0. */
export const CARE_CONTACTS_3: Producer = {
  ...SHARED,
  result: 'own',
  items: (production) => contactsOf(production, toNewer),
}

type Write = (encounter: Encounter, out: Outgoing, production: Production) => XmlContent

function contactsOf(production: Production, write: Write): Produced<XmlContent>[] {
  return production.of('Encounter').map((encounter) => {
    const at = encounter.period?.start ?? changed(encounter)
    const out: Outgoing = {
      resource: encounter,
      author: personOf(encounter.participant?.[0]?.individual, production),
      authored: at,
      encounter: { reference: `Encounter/${encounter.id}` },
      nullified: encounter.status === 'entered-in-error',
    }
    return {
      resource: encounter,
      at,
      ...(encounter.id !== undefined && { contact: encounter.id }),
      content: write(encounter, out, production),
    }
  })
}

function toOlder(encounter: Encounter, out: Outgoing, production: Production): XmlContent {
  const { patient } = production
  const { hsaId = '', name = '', title } = out.author ?? {}
  const named = { hsaId, name, title }
  const header = core('careContactHeader', [
    core('documentId', encounter.id),
    core('sourceSystemHSAId', production.madeIn(encounter)),
    core('patientId', [core('id', patient.extension), core('type', patient.root)]),
    // Version 2.0 demands name and HSA-id: what isn't known is told as nothing.
    professional('accountableHealthcareProfessional', { ...out, author: named }, production),
    core('approvedForPatient', isForPatient(encounter)),
    core('nullified', out.nullified || undefined),
  ])
  const body = core('careContactBody', [
    core('careContactCode', TYPE_OF[encounter.class.code ?? ''] ?? OTHER),
    core('careContactReason', reasonOf(encounter)),
    orgUnit('careContactOrgUnit', unitOf(encounter, production)),
    core('careContactTimePeriod', periodOf(encounter)),
    core('careContactStatus', STATUS_OF[encounter.status]),
  ])
  return [header, body]
}

function toNewer(encounter: Encounter, out: Outgoing, production: Production): XmlContent {
  const code = TYPE_OF[encounter.class.code ?? ''] ?? OTHER
  const status = STATUS_OF[encounter.status]
  const [type] = encounter.type ?? []
  return [
    summaryHeader('careContactHeader', out, production, {
      system: 'sourceSystemHSAId',
      contact: 'after',
    }),
    core('careContactBody', [
      core('careContactCode', [
        core('code', code),
        core('codeSystem', '1.2.752.129.2.2.2.25'),
        core('displayName', type?.text ?? type?.coding?.[0]?.display ?? TYPES[code]),
      ]),
      core('careContactReason', reasonOf(encounter)),
      orgUnit('careContactOrgUnit', unitOf(encounter, production)),
      core('careContactTimePeriod', periodOf(encounter)),
      status === undefined
        ? undefined
        : core('careContactStatus', [
            core('code', status),
            core('codeSystem', '1.2.752.129.2.2.2.26'),
            core('displayName', STATUSES[status]),
          ]),
    ]),
  ]
}

/** KV Vårdkontakttyp. Home visits and emergencies are visits. */
const TYPE_OF: Readonly<Record<string, string>> = {
  AMB: '1',
  EMER: '1',
  HH: '1',
  FLD: '1',
  VR: '2',
  IMP: '3',
  ACUTE: '3',
  NONAC: '3',
  OBSENC: '3',
  SS: '4',
}
const OTHER = '5'
const TYPES: Readonly<Record<string, string>> = {
  1: 'Besök',
  2: 'Telefonkontakt',
  3: 'Vårdtillfälle',
  4: 'Dagsjukvård',
  5: 'Annan',
}

const STATUS_OF: Readonly<Record<Encounter['status'], string | undefined>> = {
  planned: '1',
  cancelled: '2',
  arrived: '3',
  triaged: '3',
  'in-progress': '3',
  onleave: '3',
  finished: '5',
  'entered-in-error': undefined,
  unknown: undefined,
}
const STATUSES: Readonly<Record<string, string>> = {
  1: 'Ej påbörjad',
  2: 'Inställd',
  3: 'Pågående',
  4: 'Avbruten',
  5: 'Avslutad',
}

function reasonOf({ reasonCode }: Encounter): string | undefined {
  const [first] = reasonCode ?? []
  return first?.text ?? first?.coding?.[0]?.display
}

function unitOf(encounter: Encounter, production: Production) {
  const stated = organizationOf(encounter.serviceProvider, production)
  return stated ?? production.unitOf(encounter satisfies FhirResource) ?? UNKNOWN_UNIT
}

/** The older version must name one. */
const UNKNOWN_UNIT = { hsaId: 'okänd', name: 'Okänd enhet' }

function periodOf(encounter: Encounter): XmlContent {
  const { start, end } = encounter.period ?? {}
  return [core('start', time(start ?? changed(encounter))), core('end', time(end))]
}
