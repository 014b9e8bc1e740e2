import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'

/** Replaces a file's content: after a crash it has the old or the new, never a part. */
export function replaceFile(file: string, content: string): void {
  const part = `${file}.part`
  const descriptor = openSync(part, 'w', 0o644)
  writeSync(descriptor, content)
  fsyncSync(descriptor)
  closeSync(descriptor)
  renameSync(part, file)
  const folder = openSync(path.dirname(file), 'r')
  fsyncSync(folder)
  closeSync(folder)
}

/** The file's JSON, `undefined` where there is no file. `Shape` is the promise of who wrote it. */
export function readJsonFile<Shape>(file: string): Shape | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Shape) : undefined
}
