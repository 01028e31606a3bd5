import { signal } from '@preact/signals'
import { BrowserPhone } from './browser-phone.ts'
import { HttpFailure, lendPhone, socketAddress } from './http-client.ts'
import { say } from './words.ts'

/** The visitor's phone, from their first call on. */
export const demoPhone = signal<BrowserPhone | undefined>(undefined)
/** Whether a phone is being borrowed. */
export const borrowing = signal(false)
/** Why no phone could be had. */
export const demoProblem = signal<string | undefined>(undefined)

/** Borrows a phone and calls. `callerNumber`: whom the visitor plays; nobody known when left out. */
export async function startDemoCall(number: string, callerNumber: string | undefined): Promise<void> {
  demoPhone.value?.stop()
  demoPhone.value = undefined
  demoProblem.value = undefined
  borrowing.value = true
  try {
    const { user, password, domain = location.hostname } = await lendPhone(callerNumber)
    const phone = new BrowserPhone({ user, password, domain, socket: socketAddress('sip') }, false)
    demoPhone.value = phone
    borrowing.value = false
    await phone.call(number)
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    demoProblem.value = error.status === 0 ? say('serverAway') : say('causeOther', error.status)
  } finally {
    borrowing.value = false
  }
}

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
