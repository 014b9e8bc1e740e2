/**
 * The same API, store and identity as ours with a gate that lets everything pass and logs nothing: what the law and its log cost
 * is the difference. It is put together here only; no setting of the server gives it.
 */
import { randomBytes } from 'node:crypto'
import { createApi } from '../../src/api/api.ts'
import { createDatabase } from '../../src/db/database.ts'
import { Problem } from '../../src/fhir/problem.ts'
import type { Author, RecordSystem } from '../../src/fhir/record-system.ts'
import { unseal } from '../../src/fhir/seal.ts'
import { EVERYTHING, mintSight } from '../../src/fhir/sight.ts'
import { demoDirectory } from '../../src/identity/demo-directory.ts'
import { createIdentity } from '../../src/identity/identity.ts'
import { createReadMarks } from '../../src/identity/read-marks.ts'
import type { Gate } from '../../src/law/gate.ts'
import { createStore } from '../../src/store/store.ts'

const [, , connectionString = ''] = process.argv
const REGION = 'vgr'
const now = () => Date.now()
const everything = mintSight(EVERYTHING)

const db = createDatabase(connectionString)
const system = await createStore({ db, region: REGION, now, alongside: undefined })
const api = createApi({
  gateOf: (region) => (region === REGION ? passThrough(system) : undefined),
  identity: createIdentity({ db, demo: true, directory: demoDirectory, now }),
  readMarks: createReadMarks(db),
  deskOf: () => undefined,
  reviewDeskOf: () => undefined,
  alertDeskOf: () => undefined,
  names: { unit: () => undefined, provider: () => undefined, title: () => undefined },
  witnessOf: () => undefined,
  workspace: undefined,
  linkSecret: randomBytes(32),
  now,
  onDefect: (_request, thrown) => void process.stderr.write(`${thrown}\n`),
})
process.stdout.write(`ready ${await api.listen({ port: 0, host: '127.0.0.1' })}\n`)

function passThrough(store: RecordSystem): Gate {
  return {
    region: REGION,
    capability: () => store.capability(),
    async read(_access, key, version) {
      const sealed = await store.locate(key, version)
      const resource = sealed && unseal(sealed, everything)
      if (!resource) throw new Problem('not-found', 'There is no such resource')
      return resource
    },
    search: (_access, query) => store.search(query, everything),
    history: (_access, query) => store.history(query, everything),
    transact: ({ unit, provider }, changes) => store.transact(changes, authorAt(unit, provider)),
    operate: async () => ({}),
    countPersons: async () => ({ from: 0, to: 9 }),
  }
}

function authorAt(unit: string, provider: string): Author {
  const own = { sight: everything, unit, provider, process: undefined, mayUnlabel: false }
  return { ...own, mayChooseId: false, originOf: undefined, logEntry: undefined }
}
