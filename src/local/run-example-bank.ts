import { once } from 'node:events'
import { readEnvironment, readVariables } from '../config/environment.ts'
import { createExampleBank } from './example-bank.ts'

/** Serves the example bank at EXAMPLE_BANK_ADDRESS until the process is told to end. */
export async function runExampleBank(): Promise<void> {
  const { host, port } = readEnvironment(readVariables()).EXAMPLE_BANK_ADDRESS
  const server = createExampleBank().listen(port, host)
  await once(server, 'listening')
  await Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal)))
  server.closeAllConnections()
  server.close()
}
