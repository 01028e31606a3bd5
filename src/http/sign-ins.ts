import { randomUUID } from 'node:crypto'
import type { User } from '../domain/centre.ts'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { Database } from '../domain/ports/database.ts'
import type { SignIn, Standing } from '../domain/sign-in.ts'
import type { KeptEndings } from './kept-endings.ts'
import { type Endings, readEndings, writeEndings } from './sign-in-endings.ts'

/** How soon what another process ended (a command at a terminal, a second server) counts here. */
const LOOK_MS = 5_000

interface SignInsAround {
  readonly database: Database
  readonly clock: Pick<Clock, 'now'>
  readonly log: Pick<Log, 'warn'>
  readonly users: readonly User[]
  readonly lookMs?: number
  /** What is known while the database is away. */
  readonly kept?: KeptEndings
}

/**
 * Who may be signed in: the configured users as they are now, less the sign-ins that were ended.
 * All of it is in memory, so that a request costs no query and an outage of the database locks nobody out; what is ended
 * counts here at once, is written to the database, and is written again until that has worked. A copy is on disk, for a
 * start without the database: before either has told, no sign-in counts.
 */
export class SignIns {
  readonly #around: SignInsAround
  readonly #listeners = new Set<() => void>()
  readonly #looking: NodeJS.Timeout
  readonly #epochs = new Map<string, number>()
  /** When they would have expired, by id. */
  readonly #ended = new Map<string, number>()
  readonly #unwritten: { epochs: Set<string>; ended: Set<string> } = { epochs: new Set(), ended: new Set() }
  #users: ReadonlyMap<string, User>
  #lastRead = '0'
  #troubled = false
  #isKnown = false

  private constructor(around: SignInsAround) {
    this.#around = around
    this.#users = byName(around.users)
    this.#looking = setInterval(() => void this.look(), around.lookMs ?? LOOK_MS).unref()
  }

  /** With what the disk tells was ended before this process began; `restore` has the rest. */
  static fromDisk(around: SignInsAround): SignIns {
    const signIns = new SignIns(around)
    const kept = around.kept?.read()
    if (kept === undefined) return signIns
    signIns.#isKnown = true
    signIns.#take({ ...kept, lastRead: '0' })
    // The process that ended them may have died before the database knew.
    for (const [username] of kept.epochs) signIns.#unwritten.epochs.add(username)
    for (const [id] of kept.ended) signIns.#unwritten.ended.add(id)
    return signIns
  }

  /** What the database tells was ended before this process began. */
  async restore(): Promise<void> {
    const isNews = this.#take(await readEndings(this.#around.database, '0'))
    this.#isKnown = true
    this.#keep()
    if (isNews) this.#tell()
  }

  /** The configured user of that name. */
  user(username: string): User | undefined {
    return this.#users.get(username)
  }

  /** A new sign-in; `epoch` as the database just said. */
  begin(username: string, epoch: number, lifetimeMs: number): SignIn {
    if (this.#take({ epochs: [[username, epoch]], ended: [], lastRead: this.#lastRead })) this.#keep()
    const since = this.#around.clock.now()
    return { id: randomUUID(), username, epoch: this.#epochOf(username), since, expiresAt: since + lifetimeMs }
  }

  standing({ id, username, epoch, expiresAt }: SignIn): Standing {
    const user = this.#users.get(username)
    if (user === undefined) return { ok: false, why: 'unknown-user' }
    if (expiresAt <= this.#around.clock.now()) return { ok: false, why: 'expired' }
    if (!this.#isKnown || epoch < this.#epochOf(username) || this.#ended.has(id)) return { ok: false, why: 'ended' }
    return { ok: true, user }
  }

  /** Somebody signs out. `lastsAtMost`: when the last token of it has expired. */
  async end(id: string, lastsAtMost: number): Promise<void> {
    this.#ended.set(id, lastsAtMost)
    this.#unwritten.ended.add(id)
    this.#tell()
    await this.#write()
  }

  /** Ends all sign-ins of that user. */
  async endAllOf(username: string): Promise<void> {
    this.#endAll([username])
    this.#tell()
    await this.#write()
  }

  /** The configuration has changed. Who is gone from it is out, and needs to sign in again should they come back. */
  async follow(users: readonly User[]): Promise<void> {
    const before = this.#users
    this.#users = byName(users)
    this.#endAll([...before.keys()].filter((username) => !this.#users.has(username)))
    this.#tell()
    await this.#write()
  }

  /** `onChange` is told whenever somebody's standing may have changed, except by time. */
  listen(onChange: () => void): Disposable {
    this.#listeners.add(onChange)
    return { [Symbol.dispose]: () => void this.#listeners.delete(onChange) }
  }

  /** Writes what could not be written, and reads what others have ended. */
  async look(): Promise<void> {
    await this.#write()
    try {
      if (this.#take(await readEndings(this.#around.database, this.#lastRead))) this.#tell()
    } catch (err) {
      this.#complain(err)
    }
    const now = this.#around.clock.now()
    for (const [id, expiresAt] of this.#ended) if (expiresAt <= now && !this.#unwritten.ended.has(id)) this.#ended.delete(id)
  }

  close(): void {
    clearInterval(this.#looking)
  }

  #epochOf(username: string): number {
    return this.#epochs.get(username) ?? 0
  }

  #endAll(usernames: readonly string[]): void {
    for (const username of usernames) {
      this.#epochs.set(username, this.#epochOf(username) + 1)
      this.#unwritten.epochs.add(username)
    }
  }

  /** Whether anything of it was news. */
  #take({ epochs, ended, lastRead }: Endings): boolean {
    this.#lastRead = lastRead
    const later = epochs.filter(([username, epoch]) => epoch > this.#epochOf(username))
    const more = ended.filter(([id]) => !this.#ended.has(id))
    for (const [username, epoch] of later) this.#epochs.set(username, epoch)
    for (const [id, expiresAt] of more) this.#ended.set(id, expiresAt)
    return later.length + more.length > 0
  }

  async #write(): Promise<void> {
    const epochs = [...this.#unwritten.epochs].map((username) => [username, this.#epochOf(username)] as const)
    const ended = [...this.#unwritten.ended].map((id) => [id, this.#ended.get(id) ?? 0] as const)
    if (epochs.length + ended.length === 0) return
    try {
      await writeEndings(this.#around.database, { epochs, ended })
      for (const [username, epoch] of epochs) if (epoch === this.#epochOf(username)) this.#unwritten.epochs.delete(username)
      for (const [id] of ended) this.#unwritten.ended.delete(id)
      this.#troubled = false
    } catch (err) {
      this.#complain(err)
    }
  }

  /** Once for each outage. */
  #complain(err: unknown): void {
    if (!this.#troubled)
      this.#around.log.warn({ err }, 'Which sign-ins were ended cannot be exchanged with the database; it is tried again')
    this.#troubled = true
  }

  /** A part of it would be taken for all by the next start. */
  #keep(): void {
    if (this.#isKnown) this.#around.kept?.write({ epochs: [...this.#epochs], ended: [...this.#ended] })
  }

  #tell(): void {
    this.#keep()
    for (const listener of this.#listeners) listener()
  }
}

function byName(users: readonly User[]): ReadonlyMap<string, User> {
  return new Map(users.map((user) => [user.username, user]))
}
