import { Problem } from './fhir/problem.ts'

/** The settings of one process. Every one has a default that suits the demo. */
export interface Config {
  /** TCP port on loopback; 0 asks for a free one. */
  readonly port: number
  /** Folder of the embedded database and what else is kept between starts. */
  readonly dataFolder: string
  /** An external PostgreSQL ≥ 15 instead of the embedded one. */
  readonly databaseUrl: string | undefined
  /** Whether invented people, demo logins and demo tokens exist. */
  readonly demo: boolean
  /** How many invented patients the demo begins with. */
  readonly demoPatients: number
  /** Ports on which HL7 v2 messages come in, each into a region. */
  readonly hl7v2: readonly FeedSetting[]
  /** Where the world reaches us, no slash at the end; without it, the loopback port. */
  readonly publicUrl?: string
  /** The identity providers by which staff and patients log in; the demo has its own. */
  readonly staffLogin?: LoginSetting
  readonly patientLogin?: LoginSetting
  /** How many people outside their care one user may look up; see `law/alerts`. */
  readonly lookUps: { readonly hour: number; readonly day: number }
  /** The file that says which national services are in use; see `national.ts`. */
  readonly nationalFile?: string
  /** Where other Kärnas ask us: a port, and the files of its certificate and key. */
  readonly peerDoor?: PeerDoorSetting
}

/** An HTTPS port. */
export interface PeerDoorSetting {
  readonly port: number
  readonly certFile: string
  readonly keyFile: string
}

/** An HL7 v2 feed: where to listen, whose record it goes into, and which care unit it comes from when it doesn't say. */
export interface FeedSetting {
  readonly region: string
  readonly port: number
  /** HSA-id; the region's first where it isn't told. */
  readonly unit: string | undefined
}

/** An OpenID Connect provider, where we are known by our own keys (private_key_jwt, `{public URL}/oauth/jwks`). */
export interface LoginSetting {
  readonly issuer: string
  readonly clientId: string
}

interface Setting {
  readonly name: `KARNA_${string}`
  readonly standard: string
  readonly purpose: string
}

/** Every setting there is; `karna help` prints it. */
export const SETTINGS: readonly Setting[] = [
  { name: 'KARNA_PORT', standard: '8080', purpose: 'port on 127.0.0.1; 0 takes a free one' },
  { name: 'KARNA_DATA', standard: '.data', purpose: 'folder of the embedded database' },
  {
    name: 'KARNA_DATABASE_URL',
    standard: '',
    purpose: 'an external PostgreSQL ≥ 15: postgres://user:password@host:5432/database',
  },
  { name: 'KARNA_DEMO', standard: 'on', purpose: 'on | off: invented people and demo logins' },
  {
    name: 'KARNA_PUBLIC_URL',
    standard: '',
    purpose: 'where the world reaches us: https://journal.example.se',
  },
  {
    name: 'KARNA_STAFF_LOGIN',
    standard: '',
    purpose: 'client id and issuer of the identity provider of staff, a space between',
  },
  {
    name: 'KARNA_PATIENT_LOGIN',
    standard: '',
    purpose: 'the same for patients',
  },
  {
    name: 'KARNA_NATIONAL',
    standard: '',
    purpose:
      'JSON file of national services: engagement index, blocks, consents, service contracts',
  },
  {
    name: 'KARNA_PEERS',
    standard: '',
    purpose:
      'HTTPS for other Kärnas on 127.0.0.1: port, certificate file, key file, spaces between',
  },
  {
    name: 'KARNA_LOOK_UPS',
    standard: '300 1000',
    purpose: 'people without a care relation that one user may look up, in an hour and in a day',
  },
  { name: 'KARNA_DEMO_PATIENTS', standard: '300', purpose: 'invented patients at the first start' },
  {
    name: 'KARNA_HL7V2',
    standard: '',
    purpose: 'HL7 v2 over MLLP on 127.0.0.1: region:port or region:port:care unit, comma between',
  },
]

/**
 * Reads the settings. The only place that sees the environment.
 *
 * @throws Problem `invalid` naming the setting: an unknown `KARNA_` name stops the start, since it is a slip of the pen
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const known = new Set<string>(SETTINGS.map((setting) => setting.name))
  const unknown = Object.keys(environment).find(
    (name) => name.startsWith('KARNA_') && !known.has(name),
  )
  if (unknown) {
    throw new Problem('invalid', `${unknown} is not a setting. There are: ${[...known].join(', ')}`)
  }
  const value = (name: Setting['name']) =>
    environment[name] || (SETTINGS.find((setting) => setting.name === name)?.standard ?? '')
  return {
    port: wholeNumber('KARNA_PORT', value('KARNA_PORT'), 65_535),
    dataFolder: value('KARNA_DATA'),
    databaseUrl: databaseUrl(value('KARNA_DATABASE_URL')),
    demo: onOrOff('KARNA_DEMO', value('KARNA_DEMO')),
    hl7v2: feedsIn(value('KARNA_HL7V2')),
    demoPatients: wholeNumber('KARNA_DEMO_PATIENTS', value('KARNA_DEMO_PATIENTS'), 1_000_000),
    lookUps: lookUpsIn(value('KARNA_LOOK_UPS')),
    ...optional('publicUrl', secureAddress('KARNA_PUBLIC_URL', value('KARNA_PUBLIC_URL'))),
    ...optional('staffLogin', login('KARNA_STAFF_LOGIN', value('KARNA_STAFF_LOGIN'))),
    ...optional('peerDoor', peerDoorIn(value('KARNA_PEERS'))),
    ...optional('nationalFile', value('KARNA_NATIONAL') || undefined),
    ...optional('patientLogin', login('KARNA_PATIENT_LOGIN', value('KARNA_PATIENT_LOGIN'))),
  }
}

const optional = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as Partial<Record<Name, Value>>

/** https, or http on this machine. */
function secureAddress(name: string, text: string): string | undefined {
  if (text === '') return undefined
  const url = URL.parse(text)
  const here = url?.protocol === 'http:' && /^(127\.0\.0\.1|localhost)$/.test(url.hostname)
  if (
    !url ||
    (url.protocol !== 'https:' && !here) ||
    url.search ||
    url.hash ||
    text.endsWith('/')
  ) {
    throw new Problem('invalid', `${name} must be an https address without a slash at the end`)
  }
  return text
}

function login(name: string, text: string): LoginSetting | undefined {
  if (text === '') return undefined
  const [clientId = '', issuer = '', ...more] = text.split(' ')
  if (!clientId || !issuer || more.length > 0) {
    throw new Problem('invalid', `${name} must be a client id and an issuer, a space between`)
  }
  secureAddress(name, issuer.replace(/\/$/, ''))
  return { clientId, issuer }
}

function peerDoorIn(text: string): PeerDoorSetting | undefined {
  if (text === '') return undefined
  const [port = '', certFile, keyFile, ...more] = text.split(' ')
  if (!certFile || !keyFile || more.length > 0) {
    throw new Problem('invalid', 'KARNA_PEERS must be a port and two files, spaces between')
  }
  return { port: wholeNumber('KARNA_PEERS', port, 65_535), certFile, keyFile }
}

function lookUpsIn(text: string): Config['lookUps'] {
  const [hour, day = '', ...more] = text.split(' ')
  if (!hour || !day || more.length > 0) {
    throw new Problem('invalid', 'KARNA_LOOK_UPS must be two numbers, a space between')
  }
  const number = (each: string) => wholeNumber('KARNA_LOOK_UPS', each, 1_000_000_000)
  return { hour: number(hour), day: number(day) }
}

function wholeNumber(name: string, text: string, most: number): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number > most) {
    throw new Problem('invalid', `${name} must be a whole number from 0 to ${most}`)
  }
  return number
}

function feedsIn(text: string): FeedSetting[] {
  return text
    .split(',')
    .filter((each) => each.trim() !== '')
    .map((each) => {
      const [region = '', port = '', unit, more] = each.trim().split(':')
      if (!/^[a-z]+$/.test(region) || more !== undefined) {
        throw new Problem(
          'invalid',
          'KARNA_HL7V2 looks like vgr:2575 or vgr:2575:SE2321000131-E000000000030',
        )
      }
      return { region, port: wholeNumber('KARNA_HL7V2', port, 65_535), unit }
    })
}

function onOrOff(name: string, text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new Problem('invalid', `${name} must be on or off`)
  return text === 'on'
}

/** The message must not repeat the URL: it may hold a password. */
function databaseUrl(text: string): string | undefined {
  if (text === '') return undefined
  if (!/^postgres(ql)?:\/\/\S+$/.test(text) || !URL.canParse(text)) {
    throw new Problem(
      'invalid',
      'KARNA_DATABASE_URL is not a PostgreSQL address. It looks like postgres://user:password@host:5432/database',
    )
  }
  return text
}
