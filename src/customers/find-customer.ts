import type { Customer, CustomerKey, Customers } from '../domain/customer.ts'
import type { Database } from '../domain/ports/database.ts'
import { changingCustomersIn } from './change-customer.ts'
import { type CustomerRow, ownerOf, select, toCustomer } from './customer-row.ts'
import { LOOK_UP_LIMIT_MS, STEP_LIMIT_MS, withinLimit } from './within-limit.ts'

/** Customers out of the database, asked anew for each call: a flag that another system set a moment ago counts. */
export function customersIn(database: Database): Customers {
  return {
    ...changingCustomersIn(database),
    async findByNumber(number, signal) {
      return await withinLimit(ownerOf(number, database.query), LOOK_UP_LIMIT_MS, signal)
    },
    async find(key, signal) {
      return await withinLimit(lookFor(key, database), STEP_LIMIT_MS, signal)
    }
  }
}

/** The customer of that id, if there is one. */
export async function readCustomer(database: Database, id: string): Promise<Customer | undefined> {
  const [row] = await database.query<CustomerRow>(`${select} where c.id = $1`, [id])
  return row && toCustomer(row)
}

function onlyOne(rows: readonly CustomerRow[]): Customer | undefined {
  const [row] = rows
  return row === undefined || rows.length > 1 ? undefined : toCustomer(row)
}

async function lookFor(key: CustomerKey, database: Database): Promise<Customer | undefined> {
  switch (key.by) {
    case 'number':
      return await ownerOf(key.number, database.query)
    case 'id':
      return await readCustomer(database, key.id)
    case 'profile': {
      const shapes = sameValues(key.value).map((value) => JSON.stringify({ [key.field]: value }))
      return onlyOne(await database.query(`${select} where c.profile @> any ($1::jsonb[]) limit 2`, [shapes]))
    }
  }
}

/** What callers type is a text; another system may have written the same member number as a number, or the other way round. */
function sameValues(value: string | number | boolean): readonly unknown[] {
  if (typeof value === 'number') return [value, String(value)]
  return typeof value === 'string' && value !== '' && String(Number(value)) === value ? [value, Number(value)] : [value]
}
