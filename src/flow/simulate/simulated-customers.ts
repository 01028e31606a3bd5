import type { Customer, CustomerKey, Customers } from '../../domain/customer.ts'
import { withChanges } from '../../domain/customer-rules.ts'
import { AppError } from '../../domain/errors.ts'
import type { CustomerId } from '../../domain/ids.ts'

/** Customers of one simulated call. `unavailable`: a database that does not answer. */
export class SimulatedCustomers implements Customers {
  readonly #customers: Map<CustomerId, Customer>
  readonly #unavailable: boolean

  constructor(customers: readonly Customer[], unavailable = false) {
    this.#customers = new Map(customers.map((customer) => [customer.id, customer]))
    this.#unavailable = unavailable
  }

  async findByNumber(number: string): Promise<Customer | undefined> {
    return await this.find({ by: 'number', number })
  }

  async find(key: CustomerKey): Promise<Customer | undefined> {
    this.#answer()
    const found = [...this.#customers.values()].filter((customer) => fits(customer, key))
    return found.length === 1 ? found[0] : undefined
  }

  async create(...[number, changes]: Parameters<Customers['create']>): ReturnType<Customers['create']> {
    this.#answer()
    const known = [...this.#customers.values()].find(({ numbers }) => numbers.includes(number))
    if (known !== undefined) return { customer: known, created: false }
    const id = `new-${this.#customers.size + 1}` as CustomerId
    const customer = withChanges({ id, name: '', numbers: [number], segment: 'standard', flags: [], profile: {} }, changes)
    this.#customers.set(id, customer)
    return { customer, created: true }
  }

  async update(...[id, changes]: Parameters<Customers['update']>): ReturnType<Customers['update']> {
    this.#answer()
    const known = this.#customers.get(id)
    if (known === undefined) return undefined
    const customer = withChanges(known, changes)
    this.#customers.set(id, customer)
    return customer
  }

  #answer(): void {
    if (this.#unavailable) throw new AppError('DATABASE_UNAVAILABLE', 'upstream', 'The database does not answer')
  }
}

function fits(customer: Customer, key: CustomerKey): boolean {
  if (key.by === 'number') return customer.numbers.includes(key.number)
  if (key.by === 'id') return customer.id === key.id
  const value = customer.profile[key.field]
  if (value === key.value) return true
  const loose = typeof value !== 'boolean' && typeof key.value !== 'boolean' && typeof value !== 'object'
  return loose && value !== undefined && String(value) === String(key.value)
}
