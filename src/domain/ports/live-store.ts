import type { AgentId, CallId } from '../ids.ts'
import type { KeptAgent, KeptCall } from '../kept-call.ts'

/** Things of one kind, each under its id. */
export interface Shelf<Id extends string, Kept> {
  /** `read` is asked once, in a later turn: what has changed by then is in it. Whoever puts twice in one turn has it written once. */
  put(id: Id, read: () => Kept): void
  delete(id: Id): void
  /** All that is stored, also by an earlier process: then it may be of another form. */
  list(): Promise<readonly Kept[]>
  /** All that was put stays as it is in this instant, which is what the next process finds; what is put or deleted later counts no more. */
  seal(): void
}

/** What is in progress, kept where it survives this process. Writing never blocks a call. */
export interface LiveStore {
  readonly calls: Shelf<CallId, KeptCall>
  readonly agents: Shelf<AgentId, KeptAgent>
  /** Things that have changed and are not safe yet, such as while a disk is full: what a kill now would set back. */
  unwritten(): number
  /** Of what an earlier process left, what could not be read: damaged from outside. */
  damaged(): number
  /** Resolves when everything put before is safe. */
  flush(): Promise<void>
  close(): Promise<void>
}
