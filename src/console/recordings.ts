import { signal } from '@preact/signals'
import { HttpFailure, listRecordings, type Peaks, type Recording, readPeaks, readRecordingAudio } from './http-client.ts'
import { refusal } from './order.ts'
import { session } from './session.ts'
import { say } from './words.ts'

/** The newest recordings of talks that the user may hear. */
export const recordings = signal<readonly Recording[]>([])
/** The one that is open, how loud it is, and where it stands: 0 to 1. */
export const player = signal<
  { readonly id: string; readonly peaks?: Peaks; readonly at: number; readonly plays: boolean } | undefined
>(undefined)

let audio: HTMLAudioElement | undefined

/** Reads the list anew. */
export async function loadRecordings(): Promise<void> {
  const current = session.value
  if (current === undefined) return
  try {
    const items = await listRecordings(current.signedIn.token)
    if (session.value === current) recordings.value = items
  } catch (error) {
    tell(error)
  }
}

/** Opens a recording and plays it from its beginning. */
export async function playRecording(id: string): Promise<void> {
  closeRecording()
  const token = session.value?.signedIn.token
  if (token === undefined) return
  player.value = { id, at: 0, plays: false }
  try {
    const [peaks, sound] = await Promise.all([readPeaks(token, id), readRecordingAudio(token, id)])
    // Another one was chosen, or this one closed, while it came.
    if (player.value?.id !== id) return
    const element = new Audio(URL.createObjectURL(sound))
    audio = element
    element.onemptied = () => URL.revokeObjectURL(element.src)
    for (const change of ['timeupdate', 'play', 'pause', 'ended', 'seeked'])
      element.addEventListener(change, () => follow(id, element))
    player.value = { id, peaks, at: 0, plays: false }
    await element.play()
  } catch (error) {
    closeRecording()
    tell(error)
  }
}

export function pauseOrPlay(): void {
  if (audio?.paused === true) void audio.play()
  else audio?.pause()
}

/** Goes to that part of the whole, 0 to 1. */
export function seekRecording(share: number): void {
  if (audio !== undefined && Number.isFinite(audio.duration)) audio.currentTime = Math.min(1, Math.max(0, share)) * audio.duration
}

export function closeRecording(): void {
  player.value = undefined
  audio?.pause()
  audio?.removeAttribute('src')
  audio?.load()
  audio = undefined
}

/** The page is left: whoever signs in next may hear others. */
export function forgetRecordings(): void {
  closeRecording()
  recordings.value = []
}

function follow(id: string, { currentTime, duration, paused }: HTMLAudioElement): void {
  const { value } = player
  if (value?.id === id) player.value = { ...value, at: duration > 0 ? currentTime / duration : 0, plays: !paused }
}

function tell(error: unknown): void {
  if (!(error instanceof HttpFailure) && !(error instanceof DOMException)) throw error
  refusal.value =
    error instanceof HttpFailure && error.status === 0
      ? say('refusedConnection')
      : say('refusedUnknown', String(error instanceof HttpFailure ? error.status : error.name))
}
