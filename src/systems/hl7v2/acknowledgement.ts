import type { Message } from './er7.ts'

/** AA accepted, AE an error in the message, AR not for us. Source: HL7 table 0008. */
export type AckCode = 'AA' | 'AE' | 'AR'

export interface Acknowledgement {
  readonly code: AckCode
  /** HL7 table 0357, and a sentence that holds nothing of the message. */
  readonly error?: { readonly code: string; readonly text: string }
}

/**
 * The answer to a message, with sender and receiver changed about. ASCII alone, so that it is the same in every encoding.
 * A message that couldn't be read at all is answered without its control id.
 */
export function writeAcknowledgement(
  message: Message | undefined,
  { code, error }: Acknowledgement,
  id: string,
  now: Date,
): Buffer {
  const msh = message?.segments[0]
  const raw = (field: number) => msh?.field(field).whole() ?? ''
  const event = msh?.field(9).text(2)
  const stamp = now.toISOString().replace(/\D/g, '').slice(0, 14)
  const lines = [
    [
      'MSH|^~\\&',
      ...[raw(5), raw(6), raw(3), raw(4)].map(plain),
      `${stamp}+0000`,
      '',
      event ? `ACK^${plain(event)}` : 'ACK',
      id,
      plain(raw(11) || 'P'),
      plain(raw(12) || '2.5'),
    ].join('|'),
    `MSA|${code}|${plain(raw(10))}`,
    ...(error ? [`ERR|||${error.code}|E||||${plain(error.text)}`] : []),
  ]
  return Buffer.from(`${lines.join('\r')}\r`, 'latin1')
}

/** Nothing that would be read as a separator, and no letter that an encoding could change. */
const plain = (text: string) => text.replace(/[^\x20-\x7e]|[|~\\&\r\n]/g, '_')
