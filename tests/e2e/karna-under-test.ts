import { tmpdir } from 'node:os'
import path from 'node:path'
import { createDatabase, type Database } from '../../src/db/database.ts'
import { demoDirectory } from '../../src/identity/demo-directory.ts'
import { type Karna, type KarnaParts, openKarna } from '../../src/karna.ts'
import { freshDatabaseUrl } from '../database.ts'
import { atEndOfFile } from '../endings.ts'

/** A whole Kärna on a database of its own, asked without a socket. */
export interface KarnaUnderTest {
  readonly karna: Karna
  /** For looking at what is behind: the log above all. */
  readonly db: Database
  /** The database's address, for a connection of the test's own. */
  readonly url: string
  ask(
    login: string,
    method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object | string,
    headers?: Record<string, string>,
  ): Promise<Answer>
}

export interface Answer {
  readonly status: number
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON came
  readonly json: any
  readonly headers: Readonly<Record<string, unknown>>
}

type Settings = KarnaParts['config'] & Pick<KarnaParts, 'directory'>

/** Starts one; it is closed after the tests of the file, or when `close` says. With a built workspace's folder it serves that too. */
export async function startKarna(
  workspace?: string,
  logins?: KarnaParts['logins'],
  { directory = demoDirectory, ...settings }: Partial<Settings> = {},
  closing: typeof atEndOfFile = atEndOfFile,
): Promise<KarnaUnderTest> {
  const url = await freshDatabaseUrl()
  const config = {
    port: 0,
    dataFolder: path.join(tmpdir(), `karna-test-data-${process.pid}`),
    databaseUrl: url,
    demo: true,
    demoPatients: 0,
    hl7v2: [],
    lookUps: { hour: 300, day: 1_000 },
    ...settings,
  }
  const karna = await openKarna({
    config,
    directory,
    events: { emit: () => {} },
    isServer: false,
    ...(workspace && { workspace }),
    ...(logins && { logins }),
  })
  const db = createDatabase(url, 1)
  const tokens = new Map<string, string>()
  closing(async () => {
    karna.api.server.closeAllConnections() // answers that a test never read
    await karna.close()
    await db.end()
  })
  return {
    karna,
    db,
    url,
    async ask(login, method, below, body, headers = {}) {
      const token = tokens.get(login) ?? (await karna.identity.issueToken(login)).token
      tokens.set(login, token)
      const payload = typeof body === 'object' ? JSON.stringify(body) : body
      const response = await karna.api.inject({
        method,
        url: `/fhir/${below}`,
        headers: {
          authorization: `Bearer ${token}`,
          ...(payload !== undefined && { 'content-type': 'application/fhir+json' }),
          ...headers,
        },
        ...(payload !== undefined && { payload }),
      })
      const text = response.payload
      return {
        status: response.statusCode,
        text,
        json: text.startsWith('{') ? JSON.parse(text) : undefined,
        headers: response.headers,
      }
    },
  }
}
