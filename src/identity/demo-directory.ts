import { DEMO_STAFF } from './demo-staff.ts'
import type { CareProvider, CareUnit, Directory } from './directory.ts'

/** What a demo unit does. Every demo region has one of each; the last part of its HSA-id is the same in all. */
export type UnitRole = keyof typeof ROLES

interface DemoRegion {
  readonly id: string
  readonly name: string
  /** Organisation number: the middle of its HSA-ids. */
  readonly number: string
  readonly hospital: string
  /** Three health centres: two of the region's own, one of a private provider. */
  readonly healthCentres: readonly [string, string, string]
  readonly municipality: string
}

/** The regions are real, with their organisation numbers; hospitals, health centres and who works there are invented. */
const REGIONS: readonly DemoRegion[] = [
  region(
    'vgr',
    'Västra Götalandsregionen',
    '2321000131',
    'Älvstrandens sjukhus',
    'Närhälsan Slottsberget|Närhälsan Kvarnbyn|Lindens läkarhus',
    'Kungälvs kommun',
  ),
  region(
    'vasterbotten',
    'Region Västerbotten',
    '2321000222',
    'Norrkustens sjukhus',
    'Backens hälsocentral|Kågedalens hälsocentral|Björkens läkarhus',
    'Vännäs kommun',
  ),
  region(
    'skane',
    'Region Skåne',
    '2321000255',
    'Öresunds sjukhus',
    'Vårdcentralen Bokskogen|Vårdcentralen Söderslätt|Slåttens läkarhus',
    'Lunds kommun',
  ),
  region(
    'stockholm',
    'Region Stockholm',
    '2321000016',
    'Mälarstrandens sjukhus',
    'Liljans vårdcentral|Tallkrogsbackens vårdcentral|Skeppets läkarhus',
    'Solna stad',
  ),
  region(
    'orebro',
    'Region Örebro län',
    '2321000164',
    'Svartåns sjukhus',
    'Tybble ängars vårdcentral|Kumlabygdens vårdcentral|Slussens läkarhus',
    'Kumla kommun',
  ),
  region(
    'sormland',
    'Region Sörmland',
    '2321000032',
    'Hjälmarens sjukhus',
    'Vårdcentralen Åkroken|Vårdcentralen Nyfors backe|Kvarnens läkarhus',
    'Nyköpings kommun',
  ),
  region(
    'blekinge',
    'Region Blekinge',
    '2321000081',
    'Skärgårdens sjukhus',
    'Vårdcentralen Trossön|Vårdcentralen Mörrumsån|Ekens läkarhus',
    'Ronneby kommun',
  ),
  region(
    'vasternorrland',
    'Region Västernorrland',
    '2321000206',
    'Höga kustens sjukhus',
    'Selångers hälsocentral|Ådalens hälsocentral|Sundets läkarhus',
    'Härnösands kommun',
  ),
]

/** Per role: last part of the HSA-id, name, kind, and whose it is. */
const ROLES = {
  emergency: ['E000000000010', 'Akutmottagningen', 'emergency', 'hospital'],
  medicineWard: ['E000000000030', 'Avd 30E Medicin', 'ward', 'hospital'],
  orthopaedicWard: ['E000000000031', 'Avd 41 Ortopedi', 'ward', 'hospital'],
  maternityWard: ['E000000000032', 'Förlossning och BB', 'ward', 'hospital'],
  surgeryWard: ['E000000000033', 'Avd 52 Kirurgi', 'ward', 'hospital'],
  healthCentre: ['E000000000040', '', 'primary-care', 'first'],
  secondHealthCentre: ['E000000000041', '', 'primary-care', 'second'],
  privateHealthCentre: ['E000000000042', '', 'primary-care', 'private'],
  medicineClinic: ['E000000000050', 'Medicinmottagningen', 'outpatient', 'hospital'],
  orthopaedicClinic: ['E000000000051', 'Ortopedmottagningen', 'outpatient', 'hospital'],
  childrenClinic: ['E000000000052', 'Barn- och ungdomsmottagningen', 'outpatient', 'hospital'],
  psychiatryClinic: [
    'E000000000053',
    'Psykiatriska öppenvårdsmottagningen',
    'outpatient',
    'hospital',
  ],
  addictionClinic: ['E000000000054', 'Beroendemottagningen', 'outpatient', 'hospital'],
  oncologyClinic: ['E000000000055', 'Onkologimottagningen', 'outpatient', 'hospital'],
  midwifeClinic: ['E000000000056', 'Barnmorskemottagningen', 'outpatient', 'hospital'],
  surgeryClinic: ['E000000000058', 'Kirurgmottagningen', 'outpatient', 'hospital'],
  eyeClinic: ['E000000000059', 'Ögonmottagningen', 'outpatient', 'hospital'],
  laboratory: ['E000000000060', 'Klinisk kemi', 'outpatient', 'hospital'],
  radiology: ['E000000000061', 'Röntgen', 'outpatient', 'hospital'],
  physiology: ['E000000000062', 'Klinisk fysiologi', 'outpatient', 'hospital'],
  administration: ['E000000000090', 'Journalservice', 'administration', 'hospital'],
  homeCare: ['E000000000070', 'Kommunal hemsjukvård', 'municipal', 'municipal'],
} as const

const PROVIDERS = {
  own: 'E000000000001',
  private: 'E000000000002',
  municipal: 'E000000000003',
} as const

/** The care unit of a role in a demo region, as its HSA-id. */
export function demoUnit(regionId: string, role: UnitRole): string {
  const found = REGIONS.find(({ id }) => id === regionId)
  if (!found) throw new RangeError(`There is no demo region ${regionId}`)
  return hsaId(found, ROLES[role][0])
}

/** The demo's organisations and staff: example data, not a statement about any real region. */
export const demoDirectory: Directory = {
  regions: [...REGIONS.map(({ id, name }) => ({ id, name })), { id: 'sandbox', name: 'Sandlåda' }],
  providers: REGIONS.flatMap(providersOf),
  units: REGIONS.flatMap(unitsOf),
  staff: DEMO_STAFF,
}

function region(
  id: string,
  name: string,
  number: string,
  hospital: string,
  centres: string,
  municipality: string,
): DemoRegion {
  const healthCentres = centres.split('|') as [string, string, string]
  return { id, name, number, hospital, healthCentres, municipality }
}

function providersOf(of: DemoRegion): CareProvider[] {
  return [
    { hsaId: hsaId(of, PROVIDERS.own), name: of.name, region: of.id },
    { hsaId: hsaId(of, PROVIDERS.private), name: `${of.healthCentres[2]} AB`, region: of.id },
    { hsaId: hsaId(of, PROVIDERS.municipal), name: of.municipality, region: of.id },
  ]
}

function unitsOf(of: DemoRegion): CareUnit[] {
  return Object.values(ROLES).map(([suffix, name, kind, whose]) => {
    const site = siteOf(of, whose)
    const provider = whose === 'private' || whose === 'municipal' ? PROVIDERS[whose] : PROVIDERS.own
    return {
      hsaId: hsaId(of, suffix),
      name: name || site,
      provider: hsaId(of, provider),
      region: of.id,
      site,
      kind,
    }
  })
}

function siteOf(of: DemoRegion, whose: (typeof ROLES)[UnitRole][3]): string {
  const [first, second, third] = of.healthCentres
  return { hospital: of.hospital, first, second, private: third, municipal: of.municipality }[whose]
}

function hsaId(of: DemoRegion, suffix: string): string {
  return `SE${of.number}-${suffix}`
}
