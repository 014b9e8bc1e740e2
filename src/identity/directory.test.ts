import assert from 'node:assert/strict'
import { test } from 'node:test'
import { demoDirectory } from './demo-directory.ts'
import { credentialsOf, shownName } from './directory.ts'

const memberBy = (login: string) =>
  demoDirectory.staff.find((each) => each.login === login) ?? assert.fail(login)

test('credentials tell a member’s commissions, each with its care provider', () => {
  const { hsaId } = memberBy('anna.nystrom')
  const found = credentialsOf(demoDirectory, hsaId, { includingProtected: false })
  assert.equal(found?.name, 'Anna Nyström')
  assert.deepEqual(
    found?.commissions.map(({ provider }) => provider),
    ['SE2321000131-E000000000001', 'SE2321000131-E000000000001'],
  )
})

test('a protected person is not there unless asked for, and then has no name', () => {
  const member = memberBy('skyddad.person')
  assert.equal(shownName(member), 'Skyddad person')
  const { hsaId } = member
  assert.equal(credentialsOf(demoDirectory, hsaId, { includingProtected: false }), undefined)
  const found = credentialsOf(demoDirectory, hsaId, { includingProtected: true })
  assert.deepEqual([found?.name, found?.protectedPerson], ['Skyddad person', true])
  assert.doesNotMatch(JSON.stringify(found), /Kim|Berg/)
})

test('an unknown HSA-id has no credentials', () => {
  assert.equal(credentialsOf(demoDirectory, 'SE1-1', { includingProtected: true }), undefined)
})
