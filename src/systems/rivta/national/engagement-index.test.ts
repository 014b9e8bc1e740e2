import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createSoapClient } from '../soap/soap-client.ts'
import { startSoapServer } from '../soap/soap-server.ts'
import { type Engagement, engagementFields } from './engagement.ts'
import { createEngagementIndex, FIND_CONTENT } from './engagement-index.ts'
import { createServiceProvider, own } from './national-service.ts'

const client = createSoapClient({ maxConnections: 1 })
after(() => client.close())

const ENGAGEMENT: Engagement = {
  patient: '191212121212',
  serviceDomain: 'riv:clinicalprocess:healthcond:description',
  categorization: 'dia',
  logicalAddress: 'SE1-S',
  businessObjectInstanceIdentifier: 'NA',
  clinicalProcessInterestId: 'NA',
  mostRecentContent: undefined,
  sourceSystem: 'SE1-S',
  dataController: 'SE2321000131',
  owner: undefined,
}

test('an index that says something unreadable has not answered: what it meant isn’t guessed', async () => {
  let said = ENGAGEMENT
  const handle = createServiceProvider([
    { operation: FIND_CONTENT, answer: async () => own('engagement', engagementFields(said)) },
  ])
  const server = await startSoapServer({ handle, maxBytes: 10_000 })
  const service = { client, url: server.url, logicalAddress: 'SE1-EI', deadline: 2_000 }
  const { patient, serviceDomain } = ENGAGEMENT
  const find = () => createEngagementIndex(service).findContent({ patient, serviceDomain })
  assert.equal((await find()).length, 1)
  for (const wrong of [{ patient: '1912' }, { logicalAddress: ' ' }]) {
    said = { ...ENGAGEMENT, ...wrong }
    await assert.rejects(find(), { code: 'transient' })
  }
  await server.close()
})
