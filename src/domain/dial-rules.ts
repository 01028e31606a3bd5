import { fitsAddress, isAllowedAddress, isPlainAddress } from './allowed-address.ts'

/** Whom the centre may call, and how. Nothing outside of these rules is ever dialled. */
export interface DialRules {
  /** Asterisk's endpoint that outside calls leave by. */
  readonly endpoint: string
  /** SIP address of a number, with `{number}` in it. Unset: only SIP addresses can be called. */
  readonly address: string | undefined
  /** What the customer's phone shows. */
  readonly callerId: string
  readonly allowed: readonly string[]
  /** Win over `allowed`. */
  readonly denied: readonly string[]
  /** How often a customer is called at most. */
  readonly attemptsMax: number
  /** Wait after each attempt; the last one repeats. */
  readonly retryAfterMs: readonly number[]
  readonly ringMs: number
  /** How long after it was due a callback is given up. */
  readonly withinMs: number
  /** How far ahead a callback may be booked. */
  readonly aheadMs: number
}

const digitsOnly = /^\+?\d{3,20}$/

/** The number without what people put between digits; undefined when it is neither a number nor a SIP address. */
export function plainNumber(text: string): string | undefined {
  const trimmed = text.trim()
  if (/^sips?:/.test(trimmed)) return isPlainAddress(trimmed) ? trimmed : undefined
  const number = trimmed.replace(/[\s().-]/g, '')
  return digitsOnly.test(number) ? number : undefined
}

/** Whether the rules let us call that number: some pattern allows it and none denies it. */
export function isAllowedNumber(number: string, { allowed, denied, address }: DialRules): boolean {
  if (plainNumber(number) !== number) return false
  if (address === undefined && !/^sips?:/.test(number)) return false
  if (!allowed.some((pattern) => matches(number, pattern))) return false
  return !writingsOf(number).some((writing) => denied.some((pattern) => matches(writing, pattern)))
}

/** The writings of an international number, + or 00, also of one inside of an address: what is denied is so however it is written. */
function writingsOf(number: string): readonly string[] {
  const user = /^sips?:(.*)@/.exec(number)?.[1] ?? number
  const bare = /^(?:\+|00)(\d+)$/.exec(user)?.[1]
  return bare === undefined ? [number, user] : [number, bare, `+${bare}`, `00${bare}`]
}

/** The SIP address to dial for a number that the rules allow; undefined when they do not. */
export function addressOf(number: string, rules: DialRules): string | undefined {
  if (!isAllowedNumber(number, rules)) return undefined
  return /^sips?:/.test(number) ? number : rules.address?.replace('{number}', number)
}

/** Whether that SIP address is where a number that the rules allow is called. */
export function isAddressOfAllowed(uri: string, rules: DialRules): boolean {
  if (!/^sips?:/.test(uri)) return false
  const [before, after] = rules.address?.split('{number}') ?? []
  if (before === undefined || after === undefined) return isAllowedNumber(uri, rules)
  const isOfNumber = uri.startsWith(before) && uri.endsWith(after) && uri.length > before.length + after.length
  return (
    isAllowedNumber(uri, rules) || (isOfNumber && isAllowedNumber(uri.slice(before.length, uri.length - after.length), rules))
  )
}

/** In a pattern of digits `x` is any digit; `*` at the end is any rest. SIP addresses are compared as they are. */
function matches(number: string, pattern: string): boolean {
  const open = pattern.endsWith('*')
  const head = open ? pattern.slice(0, -1) : pattern
  if (/^sips?:/.test(pattern)) return fitsAddress(number, pattern)
  if (/^sips?:/.test(number) || (open ? number.length < head.length : number.length !== head.length)) return false
  return [...head].every((character, at) => (character === 'x' ? /\d/.test(number[at] ?? '') : character === number[at]))
}

/** How long to wait after that many attempts. */
export function retryAfterMs(attempts: number, { retryAfterMs: waits }: Pick<DialRules, 'retryAfterMs'>): number {
  return waits[Math.min(attempts, waits.length) - 1] ?? 0
}

/** Whether somebody may be sent there at all: as an address that is allowed by itself, or as that of a number that the dial rules allow. */
export function isReachable(
  uri: string,
  { allowedTransfers, dialRules }: { readonly allowedTransfers: readonly string[]; readonly dialRules?: DialRules | undefined }
): boolean {
  return isAllowedAddress(uri, allowedTransfers) || (dialRules !== undefined && isAddressOfAllowed(uri, dialRules))
}
