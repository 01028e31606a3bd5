import { effect, type Signal, signal } from '@preact/signals'
import { type ConnectionState, CtiClient } from '../client/public.ts'
import { board } from './board.ts'
import { isOffered } from './board-views.ts'
import { answerRequested, stopDeskPhone } from './desk-phone.ts'
import { HttpFailure, renewSignIn, type SignedIn, signIn, signOut, socketAddress } from './http-client.ts'
import { setClock } from './now.ts'

/** Kept for this tab only, so that a reload does not sign out. */
const STORED = 'switchboard.session'

interface Session {
  /** Replaced by its renewals. */
  signedIn: SignedIn
  readonly cti: CtiClient
  readonly connection: Signal<ConnectionState>
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
  keep(signedIn)
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
  if (session.value !== undefined) signOut(session.value.signedIn.token)
  leaveSession()
}

function leaveSession(): void {
  session.value?.cti.close()
  session.value = undefined
  board.value = undefined
  typedPassword.value = undefined
  sessionStorage.removeItem(STORED)
  stopDeskPhone()
}

function keep(signedIn: SignedIn): void {
  sessionStorage.setItem(STORED, JSON.stringify(signedIn))
}

function open(signedIn: SignedIn): void {
  const cti = new CtiClient({
    url: socketAddress('cti/v1'),
    token: (why) => (why === 'opening' ? current.signedIn.token : why === 'expiring' ? renewedToken(current) : undefined)
  })
  const current: Session = { signedIn, cti, connection: signal<ConnectionState>(cti.connection) }
  setClock(() => cti.serverTime)
  cti.on('connection', (connection) => {
    current.connection.value = connection
  })
  // The same maps, changed in place; another object, so that what shows them looks again.
  cti.on('state', (state) => {
    board.value = { ...state }
  })
  cti.on('snapshot', tellOfVoicemails)
  cti.on('voicemailLeft', tellOfVoicemails)
  cti.on('voicemailChanged', tellOfVoicemails)
  cti.on('answerRequested', (asked) => {
    // Without the connection nobody tells that it is offered no more.
    const rings = () => cti.connection.state === 'live' && cti.state !== undefined && isOffered(cti.state, asked)
    if (asked.agentId === cti.state?.me.agentId) answerRequested(rings)
  })
  session.value = current
}

function tellOfVoicemails(): void {
  voicemailNews.value++
}

/** Undefined when the sign-in has lasted as long as it may. Rejects when the server does not answer. */
async function renewedToken(current: Session): Promise<string | undefined> {
  try {
    current.signedIn = { ...current.signedIn, ...(await renewSignIn(current.signedIn.token)) }
  } catch (error) {
    if (error instanceof HttpFailure && (error.status === 401 || error.status === 409)) return undefined
    throw error
  }
  if (session.value === current) keep(current.signedIn)
  return current.signedIn.token
}

effect(() => {
  const connection = session.value?.connection.value
  if (connection?.state !== 'closed' || connection.why === 'replaced' || connection.why === 'closed') return
  signedOutByServer.value = true
  leaveSession()
})
