import { signal } from '@preact/signals'
import { BrowserPhone } from './browser-phone.ts'
import { HttpFailure, lendPhone, returnPhone, socketAddress } from './http-client.ts'
import { say } from './words.ts'

/** The visitor's phone, from their first call on. */
export const demoPhone = signal<BrowserPhone | undefined>(undefined)
/** Whether a phone is being borrowed. */
export const borrowing = signal(false)
/** Why no phone could be had. */
export const demoProblem = signal<string | undefined>(undefined)

/** A phone is not begun to be used this shortly before it runs out. */
const SPARE_MS = 5 * 60_000

interface Borrowed {
  readonly user: string
  readonly caller: string | undefined
  readonly until: number
}
let borrowed: Borrowed | undefined

/** Calls with a borrowed phone. `caller`: the number of whom the visitor plays; nobody known when left out. */
export async function startDemoCall(number: string, caller: string | undefined): Promise<void> {
  demoProblem.value = undefined
  borrowing.value = true
  try {
    const phone = phoneInHand(caller) ?? (await borrow(caller))
    borrowing.value = false
    await phone.call(number)
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    demoProblem.value = error.status === 0 ? say('serverAway') : say('causeOther', error.status)
  } finally {
    borrowing.value = false
  }
}

/** The phone of the last call, if it is the same person's and still good. */
function phoneInHand(caller: string | undefined): BrowserPhone | undefined {
  const good = borrowed !== undefined && borrowed.caller === caller && borrowed.until > Date.now()
  return good ? demoPhone.value : undefined
}

async function borrow(caller: string | undefined): Promise<BrowserPhone> {
  giveBack()
  const { user, password, domain = location.hostname, expiresAt } = await lendPhone(caller)
  borrowed = { user, caller, until: Date.parse(expiresAt) - SPARE_MS }
  const phone = new BrowserPhone({ user, password, domain, socket: socketAddress('sip') }, false)
  demoPhone.value = phone
  return phone
}

function giveBack(): void {
  demoPhone.value?.stop()
  demoPhone.value = undefined
  if (borrowed !== undefined) returnPhone(borrowed.user)
  borrowed = undefined
}
addEventListener('pagehide', giveBack)

/** What went wrong with a call, in words. JsSIP's causes are at jssip/lib/Constants. */
export function causeText(cause: string): string {
  switch (cause) {
    case 'Busy':
    case 'Unavailable':
      return say('causeBusy')
    case 'Connection Error':
    case 'Request Timeout':
    case 'SIP Failure Code':
      return say('causeUnreachable')
    case 'Rejected':
    case 'Not Found':
    case 'Authentication Error':
      return say('causeRefused')
    case 'WebRTC Error':
    case 'User Denied Media Access':
      return say('causeNoMedia')
    default:
      return say('causeOther', cause)
  }
}
