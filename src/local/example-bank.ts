import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

interface Account {
  readonly currency: string
  /** In cents; the balance is their sum. */
  readonly entries: { readonly at: string; readonly text: string; readonly cents: number }[]
  blockedAt?: string
}

type Answer = readonly [status: number, body: object]

const BODY_BYTES_MAX = 16_384

/** The accounts of the demo customers, by card number. All pass the Luhn check. */
function openAccounts(): Map<string, Account> {
  const opened = (currency: string, ...amounts: number[]): Account => ({
    currency,
    entries: amounts.map((cents, index) => ({
      at: `2026-11-${String(index + 1).padStart(2, '0')}`,
      text: cents > 0 ? 'credit' : 'debit',
      cents
    }))
  })
  return new Map([
    ['6225880000000019', opened('CNY', 1_250_000, -38_850, 500_000)],
    ['6225880000000027', opened('CNY', 86_420)],
    ['6225881234567898', opened('CNY', 12_000_000, -2_345_678)],
    ['6222020000000007', opened('CNY')],
    ['4900000000000003', opened('GBP', 420_000, -1999)]
  ])
}

/**
 * A small core-banking system with accounts in memory, for the demo flows and for tests.
 *
 * - `POST /balance {card}` → `{card, balance, currency, blocked}`
 * - `POST /cards/CARD/block {reason?}` → `{card, blocked, blockedAt}`, the same when asked again
 * - `POST /cards/CARD/payments {amount, text?}` → `{balance, currency}`; 409 when the card is blocked or the money does not suffice
 */
export function createExampleBank(): Server {
  const accounts = openAccounts()
  return createServer((request, response) => {
    void answer(accounts, request).then(
      ([status, body]) => send(response, status, body),
      () => send(response, 400, { error: 'The body is not JSON or too long' })
    )
  })
}

async function answer(accounts: Map<string, Account>, request: IncomingMessage): Promise<Answer> {
  const path = (request.url ?? '').split('?')[0] ?? ''
  if (path === '/health') return [200, { accounts: accounts.size }]
  const [, inPath, action] = /^\/cards\/(\d+)\/(block|payments)$/.exec(path) ?? []
  if (path !== '/balance' && action === undefined) return [404, { error: 'There is nothing here' }]
  if (request.method !== 'POST') return [405, { error: 'POST is expected' }]

  const body = await readBody(request)
  const card = String(inPath ?? body.card)
  const account = accounts.get(card)
  if (account === undefined) return [404, { error: 'There is no such card' }]
  if (action === 'block') return block(card, account)
  if (action === 'payments') return pay(account, body)
  return [200, { card, balance: balanceOf(account) / 100, currency: account.currency, blocked: account.blockedAt !== undefined }]
}

function block(card: string, account: Account): Answer {
  account.blockedAt ??= new Date().toISOString()
  return [200, { card, blocked: true, blockedAt: account.blockedAt }]
}

function pay(account: Account, { amount, text }: Readonly<Record<string, unknown>>): Answer {
  const cents = Math.round(Number(amount) * 100)
  if (!Number.isSafeInteger(cents) || cents <= 0) return [400, { error: 'An amount above zero is expected' }]
  if (account.blockedAt !== undefined) return [409, { error: 'The card is blocked' }]
  if (cents > balanceOf(account)) return [409, { error: 'The money does not suffice' }]
  account.entries.push({ at: new Date().toISOString(), text: String(text ?? 'payment'), cents: -cents })
  return [200, { balance: balanceOf(account) / 100, currency: account.currency }]
}

function balanceOf({ entries }: Account): number {
  return entries.reduce((sum, { cents }) => sum + cents, 0)
}

/** Rejects when it is not a JSON object of a sane length. */
async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > BODY_BYTES_MAX) throw new Error('The body is too long')
  }
  const body: unknown = text === '' ? {} : JSON.parse(text)
  if (typeof body !== 'object' || body === null) throw new Error('The body is not an object')
  return body as Record<string, unknown>
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
