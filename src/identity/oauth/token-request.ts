import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import { sha256 } from '../sha256.ts'

const MOST_BYTES = 56 * 1024

/**
 * A token request that says whose it is. Public apps may refresh without naming themselves, as SMART's table of parameters
 * has it and fhirclient does; the refresh token then tells, and an app with keys must still prove itself. Other requests are
 * given back as they came, with their body read and put in place again.
 * https://hl7.org/fhir/smart-app-launch/app-launch.html#refresh-access-token
 */
export async function namingItsClient(
  request: IncomingMessage,
  db: Queryable,
): Promise<IncomingMessage> {
  const body = await bodyOf(request)
  const form = new URLSearchParams(body.toString('latin1'))
  const token = form.get('refresh_token')
  const named =
    form.has('client_id') || form.has('client_assertion') || request.headers.authorization
  const client = token && !named ? await clientOf(token, db) : undefined
  const whole = client ? Buffer.concat([body, Buffer.from(`&client_id=${client}`)]) : body
  const { method, url, headers, socket, httpVersion } = request
  return Object.assign(Readable.from([whole], { objectMode: false }), {
    method,
    url,
    socket,
    httpVersion,
    headers: { ...headers, 'content-length': String(whole.length) },
  }) as unknown as IncomingMessage
}

async function clientOf(refreshToken: string, db: Queryable): Promise<string | undefined> {
  const [row] = await query<{ client: string }>(
    db,
    sql`select payload->>'clientId' as client from identity.oauth_item
      where kind = 'RefreshToken' and id_hash = ${sha256(refreshToken)}`,
  )
  return row?.client
}

/** What is too long is cut, and then is no request that anyone understands. */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request) {
    length += (part as Buffer).length
    if (length <= MOST_BYTES) parts.push(part as Buffer)
  }
  return Buffer.concat(parts)
}
