import type { Customer, Customers } from '../domain/customer.ts'
import { AppError } from '../domain/errors.ts'
import type { CustomerId } from '../domain/ids.ts'
import type { Database } from '../domain/ports/database.ts'

/** A caller hears nothing while we look; longer than this they are served as unknown. */
const LIMIT_MS = 300

interface CustomerRow {
  readonly id: CustomerId
  readonly name: string
  readonly numbers: string[]
  readonly segment: string
  readonly flags: string[]
  readonly language: string | null
  readonly profile: Readonly<Record<string, unknown>>
}

const select = `
  select c.*, array(select number from customer_numbers n where n.customer_id = c.id order by number) as numbers
  from customers c`

/** Customers out of the database, asked anew for each call: a flag that another system set a moment ago counts. */
export function customersIn(database: Database): Customers {
  return {
    async findByNumber(number, signal) {
      const rows = database.query<CustomerRow>(`${select} join customer_numbers k on k.customer_id = c.id where k.number = $1`, [
        number
      ])
      const [row] = await withinLimit(rows, signal)
      return row && toCustomer(row)
    }
  }
}

/** The customer of that id, if there is one. */
export async function readCustomer(database: Database, id: string): Promise<Customer | undefined> {
  const [row] = await database.query<CustomerRow>(`${select} where c.id = $1`, [id])
  return row && toCustomer(row)
}

async function withinLimit<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted()
  let late: NodeJS.Timeout | undefined
  let aborted: (() => void) | undefined
  const limit = new Promise<never>((_, reject) => {
    late = setTimeout(
      () => reject(new AppError('CUSTOMER_LOOKUP_TIMEOUT', 'upstream', 'The customer was not found in time')),
      LIMIT_MS
    )
    aborted = () => reject(signal.reason)
    signal.addEventListener('abort', aborted, { once: true })
  })
  try {
    // A query that loses goes on to the statement limit of the pool; its result or fault interests nobody by then.
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(late)
    if (aborted !== undefined) signal.removeEventListener('abort', aborted)
  }
}

function toCustomer({ language, ...row }: CustomerRow): Customer {
  return { ...row, ...(language === null ? {} : { language }) }
}
