import type { Admission } from '../calls/admission/admission.ts'
import { LOOK_MS } from '../calls/admission/admission-rate.ts'
import type { Strain } from '../domain/overload.ts'

/** Tells who lets callers in how long our event loop and commands to Asterisk are held up. */
export function watchStrain(admission: Admission, telephony: { takeStrain(): Strain }): { close(): Promise<void> } {
  const timer = setInterval(() => admission.note(telephony.takeStrain()), LOOK_MS)
  return { close: async () => clearInterval(timer) }
}
