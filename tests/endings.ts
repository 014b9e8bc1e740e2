/** What a helper of the tests has opened, closed by tools/test.ts: `after` in a hook would close it when the hook ends. */
type Close = () => unknown

const ofFile: Close[] = []
const ofRun: Close[] = []

/** Closes something when the tests of the file that is running have ended. */
export function atEndOfFile(close: Close): void {
  ofFile.push(close)
}

/** Closes something that files share when the last of them has ended, or when the run is stopped by a signal. */
export function atEndOfRun(close: Close): void {
  ofRun.push(close)
}

/** Closes what the file opened, the last first. @throws the first error, after the others were closed */
export const endFile = () => closeAll(ofFile)

/** Closes what the run opened, the last first. @throws the first error, after the others were closed */
export const endRun = () => closeAll(ofRun)

async function closeAll(opened: Close[]): Promise<void> {
  const errors: unknown[] = []
  for (let close = opened.pop(); close; close = opened.pop()) {
    try {
      await close()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}
