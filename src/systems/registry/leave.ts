import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Problem } from '../../fhir/problem.ts'
import type { RecordSystem } from '../../fhir/record-system.ts'

/** One file of an export. */
export interface ExportedFile {
  readonly name: string
  readonly lines: number
  readonly sha256: string
}

/** What a region gets when it leaves: what it was given, what was destroyed, and a signature over both. */
export interface Receipt {
  readonly region: string
  /** ISO time. */
  readonly at: string
  readonly files: readonly ExportedFile[]
  /** Keys that are no more: the SHA-256 of each, by name. */
  readonly destroyedKeys: Readonly<Record<string, string>>
  /** SHA-256 over the files' names and hashes, in order. */
  readonly root: string
  /** Ed25519, PEM. */
  readonly publicKey: string
  /** Over all of the above, base64. */
  readonly signature: string
}

const PAGE = 500

/**
 * Writes every version of every resource that we keep for a region, one NDJSON file a type, in the order they were
 * committed. A line is the version's own bytes; a deletion is `{"resourceType", "id", "deleted": versionId}`.
 */
export async function exportRecords(
  system: RecordSystem,
  folder: string,
): Promise<readonly ExportedFile[]> {
  await requireEmpty(folder)
  const lines = new Map<string, number>()
  let cursor: string | undefined
  for (;;) {
    const items = await system.changes(cursor, PAGE)
    const byType = new Map<string, Buffer[]>()
    for (const { resource } of items) {
      const { key, version, bytes } = resource
      const line =
        bytes.length > 0
          ? bytes
          : Buffer.from(JSON.stringify({ resourceType: key.type, id: key.id, deleted: version }))
      byType.set(key.type, [...(byType.get(key.type) ?? []), line, NEW_LINE])
      lines.set(key.type, (lines.get(key.type) ?? 0) + 1)
    }
    for (const [type, parts] of byType) {
      await appendFile(path.join(folder, `${type}.ndjson`), Buffer.concat(parts))
    }
    const last = items.at(-1)
    if (!last) break
    cursor = last.cursor
  }
  const files: ExportedFile[] = []
  for (const [type, count] of [...lines].sort()) {
    const name = `${type}.ndjson`
    files.push({ name, lines: count, sha256: await hashFile(path.join(folder, name)) })
  }
  return files
}

/**
 * Makes the folder of an export, if it isn't there.
 * @throws Problem `business-rule` for one that holds something
 */
export async function requireEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  if ((await readdir(folder)).length > 0) {
    throw new Problem('business-rule', 'The folder for the export must be empty')
  }
}

const NEW_LINE = Buffer.from('\n')

/** Signs what was exported and destroyed, with a key of this occasion, and puts the receipt beside the files. */
export async function writeReceipt(
  folder: string,
  given: Pick<Receipt, 'region' | 'at' | 'files' | 'destroyedKeys'>,
): Promise<Receipt> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const pem = String(publicKey.export({ type: 'spki', format: 'pem' }))
  const unsigned = { ...given, root: rootOf(given.files), publicKey: pem }
  const signature = sign(null, signedBytes(unsigned), privateKey).toString('base64')
  const receipt: Receipt = { ...unsigned, signature }
  await writeFile(path.join(folder, 'receipt.json'), `${JSON.stringify(receipt, undefined, 2)}\n`)
  return receipt
}

/**
 * What is wrong with an export and its receipt; empty if nothing is.
 * @param publicKey the key that the registry noted at the time, where that is at hand: without it a receipt could be another's
 */
export async function verifyReceipt(
  folder: string,
  publicKey?: string,
): Promise<readonly string[]> {
  const receipt = JSON.parse(String(await readFile(path.join(folder, 'receipt.json')))) as Receipt
  const wrong: string[] = []
  const { signature, ...unsigned } = receipt
  if (publicKey !== undefined && publicKey !== receipt.publicKey) wrong.push('The key is another')
  const isSigned = verify(
    null,
    signedBytes(unsigned),
    receipt.publicKey,
    Buffer.from(signature, 'base64'),
  )
  if (!isSigned) wrong.push('The signature does not hold')
  if (rootOf(receipt.files) !== receipt.root) wrong.push('The root is not that of the files')
  for (const { name, sha256 } of receipt.files) {
    const found = await hashFile(path.join(folder, path.basename(name))).catch(() => undefined)
    if (found !== sha256) wrong.push(`${name} is not what was exported`)
  }
  const known = new Set([...receipt.files.map(({ name }) => name), 'receipt.json'])
  for (const name of await readdir(folder)) if (!known.has(name)) wrong.push(`${name} was added`)
  return wrong
}

function signedBytes(unsigned: Omit<Receipt, 'signature'>): Buffer {
  const { region, at, files, destroyedKeys, root, publicKey } = unsigned
  const keys = Object.entries(destroyedKeys).sort()
  return Buffer.from(JSON.stringify(['karna-receipt/1', region, at, files, keys, root, publicKey]))
}

function rootOf(files: readonly ExportedFile[]): string {
  const text = files.map(({ name, lines, sha256 }) => `${name} ${lines} ${sha256}\n`).join('')
  return createHash('sha256').update(text).digest('hex')
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
