// Stands where `switchboard` stands, so that `up` is tested without the rest of the server: its `serve` is ready when the database is.
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { readCertificate } from '../../src/config/certificate.ts'
import { readEnvironment, readVariables } from '../../src/config/environment.ts'
import { runExampleBank } from '../../src/local/run-example-bank.ts'
import { runLocal } from '../../src/local/run-local.ts'
import { openDatabase } from '../../src/store/postgres.ts'
import { quietLog } from '../helpers/quiet-log.ts'

async function serve(): Promise<void> {
  const environment = readEnvironment(readVariables())
  const { DATABASE_URL = '', DEMO_PASSWORD, HTTP_ADDRESS, HTTP_TLS } = environment
  const database = openDatabase({ url: DATABASE_URL, log: quietLog() })
  const answer: RequestListener = (_, response) => {
    database.ping().then(
      () => response.writeHead(DEMO_PASSWORD === undefined ? 503 : 200).end(),
      () => response.writeHead(503).end()
    )
  }
  const { certificate: cert, key } = HTTP_TLS === 'on' ? readCertificate(environment) : {}
  const server = cert === undefined ? createServer(answer) : createSecureServer({ cert, key }, answer)
  server.listen(HTTP_ADDRESS.port, HTTP_ADDRESS.host)
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
