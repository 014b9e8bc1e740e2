import { documentsIn, filesAt } from './exchange/load/documents.ts'
import { contentOf } from './exchange/load/entries.ts'
import { parseJson } from './fhir/json/parse.ts'
import { Problem } from './fhir/problem.ts'
import {
  type DirectoryResource,
  readDirectory,
} from './identity/stored-directory/read-directory.ts'
import type { Karna } from './karna.ts'

/** What `karna help` says of the directory. */
export const DIRECTORY_HELP = `karna directory load <file|folder|-> --region ID  takes care providers, units, staff and commissions into the
                                                directory of a production; servers follow within five seconds`

/**
 * `karna directory load`: prints what was changed and every rejected entry with why.
 *
 * @returns the exit code: 2 where something was rejected
 * @throws Problem `not-found` for a region that hasn't been written down, `forbidden` in the demo, which has its own
 */
export async function loadDirectory(
  karna: Karna,
  path: string,
  region: string,
  print: (text: string) => void,
): Promise<number> {
  if (!karna.live.open(region)) {
    throw new Problem('not-found', `There is no region ${region}: karna region join comes first`)
  }
  const { resources, rejections } = await resourcesAt(path)
  const read = readDirectory(resources, region, karna.directory)
  const { changed, removed } = await karna.storeDirectory(region, read)
  for (const { name, reason } of [...rejections, ...read.rejections]) {
    print(`rejected ${name}: ${reason}`)
  }
  const rejected = rejections.length + read.rejections.length
  const asWere = read.entries.length - changed
  print(
    `${changed} new or changed, ${removed} removed, ${asWere} as they were, ${rejected} rejected`,
  )
  return rejected > 0 ? 2 : 0
}

async function resourcesAt(path: string) {
  const resources: DirectoryResource[] = []
  const rejections: { name: string; reason: string }[] = []
  for (const file of await filesAt(path)) {
    if (file.form === 'unknown') {
      rejections.push({ name: file.path, reason: 'Not a .json or .ndjson file' })
      continue
    }
    for await (const document of documentsIn(file)) {
      const content = contentOf(document)
      for (const { name, reasons } of content.rejections) {
        rejections.push({ name, reason: reasons.join('; ') })
      }
      for (const { name, bytes, fullUrl } of content.entries) {
        const resource = parseJson(bytes).value as unknown as DirectoryResource['resource']
        resources.push({ name, resource, fullUrl })
      }
    }
  }
  return { resources, rejections }
}
