import type { Customer } from './customer.ts'
import { withChanges } from './customer-rules.ts'
import type { CustomerId } from './ids.ts'

/** Two customers who turn out to be one. */
export interface CustomerMerge {
  readonly mergeId: string
  readonly kept: CustomerId
  /** Gone: numbers, calls and recordings are those of who is kept. */
  readonly merged: CustomerId
  /** Both as they were. */
  readonly before: { readonly kept: Customer; readonly merged: Customer }
}

/** The one that two become: who is kept says how they are called and treated, the other fills what is not known of them. Throws `CUSTOMER_TOO_LARGE`. */
export function mergedCustomer(kept: Customer, other: Customer): Customer {
  const { language = other.language } = kept
  const named = { ...kept, name: kept.name === '' ? other.name : kept.name }
  const changed = withChanges(named, {
    addFlags: other.flags,
    profile: { ...other.profile, ...kept.profile },
    ...(language !== undefined && { language })
  })
  return { ...changed, numbers: [...new Set([...kept.numbers, ...other.numbers])].sort() }
}

/** Who was kept, without what the other had brought along; what has been changed since stays. */
export function unmergedCustomer(now: Customer, { before }: Pick<CustomerMerge, 'before'>): Customer {
  const { kept, merged } = before
  const brought = (field: string) => field in merged.profile && !(field in kept.profile)
  const isAsBrought = (field: string) => JSON.stringify(now.profile[field]) === JSON.stringify(merged.profile[field])
  const profile = Object.fromEntries(Object.entries(now.profile).filter(([field]) => !(brought(field) && isAsBrought(field))))
  const flags = now.flags.filter((flag) => kept.flags.includes(flag) || !merged.flags.includes(flag))
  const numbers = now.numbers.filter((number) => kept.numbers.includes(number) || !merged.numbers.includes(number))
  const name = kept.name === '' && now.name === merged.name ? '' : now.name
  return { ...now, name, numbers, flags, profile }
}
