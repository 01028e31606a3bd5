import { signal } from '@preact/signals'
import { HttpFailure, listVoicemails, readVoicemailAudio, setVoicemailState, type Voicemail } from './http-client.ts'
import { refusal } from './order.ts'
import { session } from './session.ts'
import { say } from './words.ts'

/** Messages of the own queues that are not done with, newest first. */
export const voicemails = signal<readonly Voicemail[]>([])
/** The one that is being heard. */
export const playing = signal<string | undefined>(undefined)

let audio: HTMLAudioElement | undefined

/** Reads the list anew: the server told that it has changed. */
export async function loadVoicemails(): Promise<void> {
  const current = session.value
  if (current === undefined || current.signedIn.user.role === 'crm') return
  try {
    const all = await listVoicemails(current.signedIn.token)
    if (session.value === current) voicemails.value = all.filter(({ state }) => state !== 'done')
  } catch (error) {
    tell(error)
  }
}

/** Plays a message from its beginning; one that was new counts as heard. */
export async function playVoicemail({ id, state }: Voicemail): Promise<void> {
  stopVoicemail()
  const token = session.value?.signedIn.token
  if (token === undefined) return
  playing.value = id
  try {
    const address = URL.createObjectURL(await readVoicemailAudio(token, id))
    // Another one was chosen, or this one stopped, while it came.
    if (playing.value !== id) return URL.revokeObjectURL(address)
    const element = new Audio(address)
    audio = element
    element.onended = () => stopVoicemail()
    element.onemptied = () => URL.revokeObjectURL(address)
    await element.play()
    if (state === 'new') await setVoicemailState(token, id, 'heard', 'new')
  } catch (error) {
    // 409: somebody else has heard it in this moment, and both are right.
    if (error instanceof HttpFailure && error.status === 409) return
    stopVoicemail()
    tell(error)
  }
}

export function stopVoicemail(): void {
  playing.value = undefined
  audio?.pause()
  audio?.removeAttribute('src')
  audio?.load()
  audio = undefined
}

/** The page is left: whoever signs in next has messages of their own. */
export function forgetVoicemails(): void {
  stopVoicemail()
  voicemails.value = []
}

/** Nothing is left to do; says so when a colleague was quicker. */
export async function finishVoicemail({ id, state }: Voicemail): Promise<void> {
  const token = session.value?.signedIn.token
  if (token === undefined) return
  if (playing.value === id) stopVoicemail()
  try {
    await setVoicemailState(token, id, 'done', state)
  } catch (error) {
    tell(error)
    await loadVoicemails()
  }
}

function tell(error: unknown): void {
  if (!(error instanceof HttpFailure) && !(error instanceof DOMException)) throw error
  const status = error instanceof HttpFailure ? error.status : error.name
  refusal.value =
    status === 0 ? say('refusedConnection') : status === 409 ? say('messageTaken') : say('refusedUnknown', String(status))
}
