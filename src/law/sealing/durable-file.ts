import { existsSync, readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import path from 'node:path'

/**
 * Replaces a file's content: after a crash it has the old or the new, never a part. Nobody waits for the disk meanwhile,
 * so the caller sees to it that a file is replaced by one at a time.
 */
export async function replaceFile(file: string, content: string): Promise<void> {
  const part = `${file}.part`
  const written = await open(part, 'w', 0o644)
  try {
    await written.writeFile(content)
    await written.sync()
  } finally {
    await written.close()
  }
  await rename(part, file)
  const folder = await open(path.dirname(file), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** The file's JSON, `undefined` where there is no file. `Shape` is the promise of who wrote it. */
export function readJsonFile<Shape>(file: string): Shape | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Shape) : undefined
}
