import type { Customer, CustomerChanges } from './customer.ts'
import { AppError } from './errors.ts'
import { type Saying, say } from './saying.ts'

/** What a customer may hold: enough for what an agent reads, too little to fill a disk call by call. */
const nameMax = 200
const flagsMax = 50
const profileMax = 16_384

const word = /^[a-z][a-z0-9_-]{0,39}$/
const languageTag = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/
const controls = /\p{Cc}/u

/** Whether a text can be a telephone number of a customer: digits, with + in front if need be. */
export function isCustomerNumber(text: string): boolean {
  return /^\+?\d{3,20}$/.test(text)
}

/** Whether a text can be the name of a field of a profile. */
export function isProfileField(text: string): boolean {
  return text.length > 0 && text.length <= 60 && !controls.test(text) && isText(text)
}

/** What is wrong with changes, for people; undefined when nothing is. */
export function objectionTo({
  name,
  segment,
  language,
  addFlags = [],
  removeFlags = [],
  profile = {}
}: CustomerChanges): Saying | undefined {
  if (name !== undefined && (name.length > nameMax || controls.test(name))) return say`a name of up to ${nameMax} letters`
  if (segment !== undefined && !word.test(segment)) return say`a segment of small letters, digits, - and _`
  if (language !== undefined && !languageTag.test(language)) return say`a language such as en or zh-CN`
  if (![...addFlags, ...removeFlags].every((flag) => word.test(flag))) return say`flags of small letters, digits, - and _`
  if (!Object.keys(profile).every(isProfileField)) return say`profile fields with names of up to 60 letters`
  return isStorable(profile) ? undefined : say`a profile of up to ${profileMax} letters`
}

/** The customer after the changes. */
export function withChanges(customer: Customer, changes: CustomerChanges): Customer {
  const { addFlags = [], removeFlags = [], profile, ...plain } = changes
  const flags = [...new Set([...customer.flags, ...addFlags])].filter((flag) => !removeFlags.includes(flag))
  const merged = Object.fromEntries(Object.entries({ ...customer.profile, ...profile }).filter(([, value]) => value !== null))
  if (flags.length > flagsMax || !isStorable(merged)) {
    throw new AppError('CUSTOMER_TOO_LARGE', 'flow', 'A customer would hold more than there is room for', {
      details: { customer: customer.id, problem: flags.length > flagsMax ? 'too many flags' : 'the profile is too large' }
    })
  }
  return { ...customer, ...plain, flags, profile: merged }
}

/** Neither too long nor with what PostgreSQL has no room for: NUL, and half of a surrogate pair. */
function isStorable(profile: Readonly<Record<string, unknown>>): boolean {
  return JSON.stringify(profile).length <= profileMax && isText(profile)
}

function isText(value: unknown): boolean {
  if (typeof value === 'string') return !/\0|\p{Surrogate}/u.test(value)
  return typeof value !== 'object' || value === null || Object.values(value).every(isText)
}
