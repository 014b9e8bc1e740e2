import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import type { Config } from './config.ts'
import { Problem } from './fhir/problem.ts'

/**
 * Sees that there is room for us before anything is started: a folder to write in, and a free port.
 *
 * @throws Problem `conflict` or `forbidden` with what to do
 */
export async function preparePlace({ dataFolder, port }: Config): Promise<void> {
  try {
    makeFolder(path.resolve(dataFolder))
    accessSync(dataFolder, constants.W_OK)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC') throw cause
    throw new Problem(
      'forbidden',
      `The folder ${dataFolder} can't be written. Give the user of this process the right to, or choose another: KARNA_DATA=/some/folder npm start`,
      { cause },
    )
  }
  if (port !== 0) await refuseTakenPort(port)
}

/** Level by level: Node's own `recursive` never ends where a folder may not be made, as in /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(path.dirname(folder))
  mkdirSync(folder)
}

async function refuseTakenPort(port: number): Promise<void> {
  const server = createServer()
  const free = await new Promise<boolean>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      cause.code === 'EADDRINUSE' ? resolve(false) : reject(cause),
    )
    server.listen({ port, host: '127.0.0.1' }, () => resolve(true))
  })
  if (!free) throw new Problem('conflict', takenPort(port))
  await new Promise((resolve) => server.close(resolve))
}

const takenPort = (port: number) =>
  `Port ${port} is taken by another program. Stop that one, or choose another port: KARNA_PORT=${port + 1} npm start`
