import { documentsIn, filesAt } from './documents.ts'
import { contentOf } from './entries.ts'
import type { Loader, LoadReport } from './load.ts'

/** How far a load has come. */
export interface LoadProgress {
  readonly report: LoadReport
  readonly filesDone: number
  readonly files: number
  /** The file being read, or `undefined` when all are. */
  readonly file: string | undefined
}

/**
 * Loads what is at a path: a file, a folder with everything below it, or `-` for standard input.
 * Files that aren't JSON are named among the rejections, so that nothing is left out in silence.
 */
export async function loadFiles(
  path: string,
  loader: Loader,
  progress: (progress: LoadProgress) => void,
): Promise<LoadReport> {
  const files = await filesAt(path)
  for (const [filesDone, file] of files.entries()) {
    progress({ report: loader.report, filesDone, files: files.length, file: file.path })
    if (file.form === 'unknown') {
      const reasons = ['Not a .json or .ndjson file']
      await loader.add({
        entries: [],
        rejections: [{ name: file.path, type: '–', id: '–', reasons }],
      })
      continue
    }
    for await (const document of documentsIn(file)) {
      await loader.add(contentOf(document))
      progress({ report: loader.report, filesDone, files: files.length, file: file.path })
    }
  }
  await loader.finish()
  progress({
    report: loader.report,
    filesDone: files.length,
    files: files.length,
    file: undefined,
  })
  return loader.report
}
