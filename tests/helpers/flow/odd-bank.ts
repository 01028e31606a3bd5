import { createServer, type Server, type ServerResponse } from 'node:http'
import { createExampleBank } from '../../../src/local/example-bank.ts'

/** The example bank, which on errands (`/errand/NUMBER` of tests/centre/flows/errands.yaml) is late, broken or confused. */
export interface OddBank {
  readonly server: Server
  /** Paths of requests that were never answered. */
  readonly kept: readonly string[]
  /** Those of them whose connection the other side gave up. */
  readonly givenUp: readonly string[]
  /** Whether questions for a balance are left without an answer. */
  keepsBalances: boolean
}

export function createOddBank(): OddBank {
  const good = createExampleBank()
  const kept: string[] = []
  const givenUp: string[] = []
  const keep = (path: string, response: ServerResponse) => {
    kept.push(path)
    response.once('close', () => givenUp.push(path))
  }
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const errand = errands[path]
    if (errand !== undefined) errand(response)
    else if (path === '/slow' || path === '/errand/7106' || (bank.keepsBalances && path === '/balance')) keep(path, response)
    else good.emit('request', request, response)
  })
  const bank = { server, kept, givenUp, keepsBalances: false }
  return bank
}

const errands: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '/errand/7100': (response) => send(response, '{"balance": 12}'),
  '/errand/7101': (response) => void setTimeout(() => send(response, '{"balance": 12}'), 1700),
  '/errand/7102': (response) => void setTimeout(() => send(response, '{"balance": 12}'), 300),
  '/errand/7103': (response) => send(response, '{"balance": 12}', 500),
  '/errand/7104': (response) => send(response, '<html>Welcome to your bank</html>'),
  '/errand/7105': (response) => send(response, '{"balance": "much"}'),
  '/errand/7108': (response) => void response.destroy()
}

function send(response: ServerResponse, body: string, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body)
}
