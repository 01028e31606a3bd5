// Stands where `switchboard` stands, so that `up` is tested without the rest of the server: its `serve` is ready when the database is.
import { createServer } from 'node:http'
import { readEnvironment, readVariables } from '../../src/config/environment.ts'
import { runExampleBank } from '../../src/local/run-example-bank.ts'
import { runLocal } from '../../src/local/run-local.ts'
import { openDatabase } from '../../src/store/postgres.ts'
import { quietLog } from '../helpers/quiet-log.ts'

async function serve(): Promise<void> {
  const { DATABASE_URL = '', DEMO_PASSWORD, HTTP_ADDRESS } = readEnvironment(readVariables())
  const database = openDatabase({ url: DATABASE_URL, log: quietLog() })
  const server = createServer((_, response) => {
    database.ping().then(
      () => response.writeHead(DEMO_PASSWORD === undefined ? 503 : 200).end(),
      () => response.writeHead(503).end()
    )
  }).listen(HTTP_ADDRESS.port, HTTP_ADDRESS.host)
  console.log(JSON.stringify({ level: 30, msg: 'not a problem' }))
  console.log(JSON.stringify({ level: 40, msg: 'A problem', err: { message: 'for the test' } }))
  process.once('SIGTERM', () => {
    server.close()
    server.closeAllConnections()
    void database.close()
  })
}

const commands: Record<string, () => Promise<void>> = { up: runLocal, serve, 'example-bank': runExampleBank }
await commands[process.argv[2] ?? '']?.().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
