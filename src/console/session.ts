import { effect, signal } from '@preact/signals'
import { board, boardAfter, boardOf } from './board.ts'
import { choices } from './choices.ts'
import { CtiClient } from './cti-client.ts'
import { answerRequested, stopDeskPhone } from './desk-phone.ts'
import { type SignedIn, signIn, socketAddress } from './http-client.ts'

/** Kept for this tab only, so that a reload does not sign out. */
const STORED = 'switchboard.session'

interface Session {
  readonly signedIn: SignedIn
  readonly cti: CtiClient
}

export const session = signal<Session | undefined>(undefined)
/** Counts what was told of messages: their list is to be read anew. */
export const voicemailNews = signal(0)
/** Why the form is shown again, if there is a reason. */
export const signedOutByServer = signal(false)
/** The password typed at sign-in, in memory only: the agent's browser phone registers with it. */
export const typedPassword = signal<string | undefined>(undefined)

/** Signs in and opens the CTI session. Rejects with HttpFailure. */
export async function startSession(username: string, password: string): Promise<void> {
  const signedIn = await signIn(username, password)
  typedPassword.value = password
  signedOutByServer.value = false
  sessionStorage.setItem(STORED, JSON.stringify(signedIn))
  open(signedIn)
}

/** Takes up the session of before a reload, if there is one. */
export function resumeSession(): void {
  const stored = sessionStorage.getItem(STORED)
  if (stored === null) return
  const signedIn = JSON.parse(stored) as SignedIn
  if (Date.parse(signedIn.expiresAt) > Date.now()) open(signedIn)
}

/** Opens a new connection where another page had taken the session. */
export function reopenSession(): void {
  const current = session.value
  if (current === undefined) return
  current.cti.close()
  open(current.signedIn)
}

/** Signs out. The agent's state stays as it is: leaving the page is not logging off. */
export function endSession(): void {
  session.value?.cti.close()
  session.value = undefined
  board.value = undefined
  typedPassword.value = undefined
  sessionStorage.removeItem(STORED)
  stopDeskPhone()
}

function open(signedIn: SignedIn): void {
  const cti = new CtiClient(socketAddress('cti/v1'), signedIn.token, {
    onSnapshot(snapshot) {
      board.value = boardOf(snapshot)
      voicemailNews.value++
    },
    onChoices(offered) {
      choices.value = offered
    },
    onEvent(event) {
      if (board.value !== undefined) board.value = boardAfter(board.value, event)
      if (event.type === 'voicemailLeft' || event.type === 'voicemailChanged') voicemailNews.value++
      if (event.type === 'answerRequested' && event.agentId === board.value?.me.agentId) answerRequested()
    }
  })
  session.value = { signedIn, cti }
}

effect(() => {
  const connection = session.value?.cti.connection.value
  if (connection?.state !== 'closed' || connection.why !== 'signed-out') return
  signedOutByServer.value = true
  endSession()
})
