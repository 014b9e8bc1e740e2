import { createHash, randomUUID } from 'node:crypto'
import { Problem } from '../../fhir/problem.ts'
import type { Change, ChangeResult, ResourceKey } from '../../fhir/record-system.ts'
import type { HsaId } from '../../fhir/sight.ts'
import { type Acknowledgement, writeAcknowledgement } from './acknowledgement.ts'
import { decodeMessage } from './charset.ts'
import { type Message, parseMessage } from './er7.ts'
import { changesOf } from './message-changes.ts'

/** Where a feed's records go: the gate of a region's store, with the access of the import already settled. */
export interface FeedTarget {
  transact(changes: readonly Change[]): Promise<readonly ChangeResult[]>
  /** The resources that a condition such as `Patient?identifier=…` matches: `Patient/7`, at most two. */
  find(condition: string): Promise<readonly string[]>
  /** Everything in a patient's record, but for the Patient: for moving it to another. */
  recordsOf(patient: string): Promise<readonly ResourceKey[]>
  /** Where the region has another system beside our store. */
  readonly beside?: OtherSystem | undefined
}

/** A system beside our store, which keeps patients and records that a feed can't change. */
export interface OtherSystem {
  /** Whether a resource is in our store. */
  isOurs(key: ResourceKey): Promise<boolean>
  /** Whose record a patient's is now: another's, if that number was given up; else their own. */
  survivorOf(patient: string): Promise<string>
  /** What it files under the one is from now on in the record of the other, who has the number. */
  merge(former: string, survivor: string, number: string | undefined): Promise<void>
}

export interface FeedParts {
  readonly target: FeedTarget
  /** The care unit that what has no known unit of its own belongs to. */
  readonly unit: HsaId
  /** The care unit behind what a sender calls a place, where that isn't an HSA-id already. */
  readonly unitOf: (sender: string, place: string) => HsaId | undefined
  readonly now: () => number
}

/** Takes HL7 v2 messages into a region's store. */
export interface Feed {
  /** The acknowledgement of a message; `undefined` where nothing is known to be kept and it must be sent again. */
  take(bytes: Buffer): Promise<Buffer | undefined>
}

/**
 * A feed into a region's store. Messages are taken in the order they come, one at a time. A message is acknowledged (AA) only
 * when what it says is durable, together with the message itself, byte for byte; the same message again is acknowledged
 * and changes nothing. What can't be taken is refused with the reason (AE, AR), whole: never half of it.
 */
export function createFeed(parts: FeedParts): Feed {
  let last: Promise<unknown> = Promise.resolve()
  return {
    take(bytes) {
      const taken = last.then(() => takeOne(parts, bytes))
      last = taken.catch(() => undefined)
      return taken
    },
  }
}

async function takeOne(parts: FeedParts, bytes: Buffer): Promise<Buffer | undefined> {
  let message: Message | undefined
  const answer = (acknowledgement: Acknowledgement) =>
    writeAcknowledgement(message, acknowledgement, randomUUID().slice(0, 20), new Date(parts.now()))
  try {
    message = parseMessage(decodeMessage(bytes))
    const refusal = refusalOf(message)
    if (refusal) return answer(refusal)
    await keep(parts, message, bytes)
    return answer({ code: 'AA' })
  } catch (error) {
    if (!(error instanceof Problem) || PASSING.has(error.code)) return undefined
    return answer(refusedFor(error))
  }
}

/** Trouble of ours, or of two writers at once: the same message may well be taken the next time. */
const PASSING: ReadonlySet<string> = new Set(['transient', 'throttled', 'conflict'])

function refusedFor({ code, message: text }: Problem): Acknowledgement {
  if (code === 'not-supported') return { code: 'AR', error: { code: '200', text } }
  return { code: 'AE', error: { code: code === 'required' ? '101' : '207', text } }
}

/** Test and training messages never enter a record, and other versions than 2.x are not understood. */
function refusalOf({ segments: [msh] }: Message): Acknowledgement | undefined {
  if ((msh?.field(11).text() ?? '') !== 'P') {
    const text = 'Only production messages (MSH-11 P) are taken'
    return { code: 'AR', error: { code: '202', text } }
  }
  if (!/^2\.\d/.test(msh?.field(12).text() ?? '')) {
    return { code: 'AR', error: { code: '203', text: 'The version in MSH-12 is not 2.x' } }
  }
  if (msh?.field(10).text() === undefined) {
    return { code: 'AE', error: { code: '101', text: 'MSH-10, the control id, is missing' } }
  }
  return undefined
}

async function keep(parts: FeedParts, message: Message, bytes: Buffer): Promise<void> {
  const receipt = receiptOf(message, bytes)
  const there = await parts.target.find(
    `DocumentReference?identifier=${receipt.system}|${receipt.value}`,
  )
  if (there.length > 0) return
  await parts.target.transact(await changesOf(parts, message, { ...receipt, bytes }))
}

/**
 * What tells a message from others: sender, control id and content. Control ids begin anew in some senders, so the id alone
 * would make new messages look like old ones; the header's time may differ when a message is sent again.
 */
function receiptOf({ segments: [msh] }: Message, bytes: Buffer) {
  const sender = [msh?.field(3).whole(), msh?.field(4).whole(), msh?.field(10).text()].join('\n')
  const end = bytes.findIndex((byte) => byte === 0x0d || byte === 0x0a)
  const body = bytes.subarray(end < 0 ? bytes.length : end)
  const value = createHash('sha256').update(sender).update('\n').update(body).digest('hex')
  return { system: 'urn:karna:hl7v2:message', value }
}
