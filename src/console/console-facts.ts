import { signal } from '@preact/signals'
import { type ConsoleFacts, HttpFailure, readConsole } from './http-client.ts'

const RETRY_MS = 3000

/** What the server says of itself; unset until it has answered. */
export const consoleFacts = signal<ConsoleFacts | undefined>(undefined)
/** Whether it did not answer when last asked. */
export const serverAway = signal(false)

/** Asks until there is an answer: the page may be open while the server starts. */
export async function loadConsoleFacts(): Promise<void> {
  try {
    consoleFacts.value = await readConsole()
    serverAway.value = false
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    serverAway.value = true
    setTimeout(() => void loadConsoleFacts(), RETRY_MS)
  }
}
