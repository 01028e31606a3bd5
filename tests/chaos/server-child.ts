import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { DomainEvent } from '../../src/domain/events.ts'
import { until } from '../helpers/until.ts'
import type { ServerFigures } from './server-figures.ts'

/** How long a start may take on a busy machine. */
const START_MS = 60_000

/** One life of the server process. Times by the clock of this machine, milliseconds. */
export interface ServerRun {
  readonly startedAt: number
  upAt?: number
  endedAt?: number
  /** `died`: nobody has asked for it. */
  end?: 'killed' | 'stopped' | 'handed-over' | 'died'
}

/** A fact, and in which life of the server. */
export type ToldFact<Fact = DomainEvent> = Fact & { readonly run: number }

/** A line of the server's log. */
export interface LogLine {
  readonly level: number
  readonly msg: string
  readonly time: string
  readonly [field: string]: unknown
}

/** The server as a child process that is killed and started again, and all it ever told. */
export class ServerChild {
  readonly facts: ToldFact[] = []
  readonly log: LogLine[] = []
  readonly runs: ServerRun[] = []
  /** What it wrote to standard error: a crash tells itself there. */
  stderr = ''
  readonly #environment: Readonly<Record<string, string>>
  readonly #isReady: (() => Promise<boolean>) | undefined
  readonly #listeners: ((fact: ToldFact) => void)[] = []
  readonly #questions = new Map<number, (figures: ServerFigures) => void>()
  #child: ChildProcess | undefined
  #asked = 0

  /** `isReady`: it is the built server, as users run it, which tells us no facts and is up when that is so. */
  constructor(environment: Readonly<Record<string, string>>, isReady?: () => Promise<boolean>) {
    this.#environment = environment
    this.#isReady = isReady
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  get isUp(): boolean {
    return this.runs.at(-1)?.upAt !== undefined && this.runs.at(-1)?.endedAt === undefined
  }

  onFact(listener: (fact: ToldFact) => void): void {
    this.#listeners.push(listener)
  }

  /** Resolves when it has started all its rooms. */
  async start(): Promise<void> {
    const run: ServerRun = { startedAt: Date.now() }
    const number = this.runs.push(run) - 1
    const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
    const [program, stdio] =
      this.#isReady === undefined
        ? ([
            ['--expose-gc', '--import=tsx', file('told-server.ts')],
            ['ignore', 'pipe', 'pipe', 'pipe', 'ipc']
          ] as const)
        : ([
            [file('../../build/cli.js'), 'serve'],
            ['ignore', 'pipe', 'pipe']
          ] as const)
    // It dies with us, also when we are killed.
    const args = ['--pdeathsig', 'KILL', process.execPath, ...program]
    const child = spawn('setpriv', args, { env: { ...process.env, ...this.#environment }, stdio: [...stdio] })
    this.#child = child
    child.once('exit', () => {
      run.endedAt = Date.now()
      run.end ??= 'died'
    })
    child.on('message', (message: { up?: true; id?: number; figures?: ServerFigures }) => {
      if (message.up) run.upAt = Date.now()
      if (message.id === undefined || message.figures === undefined) return
      this.#questions.get(message.id)?.(message.figures)
      this.#questions.delete(message.id)
    })
    this.#read(child, number)
    const isUp = async () => {
      if (await this.#isReady?.()) run.upAt ??= Date.now()
      return run.upAt !== undefined || run.endedAt !== undefined
    }
    await until(isUp, { ms: START_MS, what: 'the server is up' })
    if (run.upAt === undefined) throw new Error(`The server ended at its start: ${this.stderr.slice(-2000)}`)
  }

  /** Without a word, as when the machine runs out of memory. */
  async kill(): Promise<void> {
    await this.#end('killed', 'SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end('stopped', 'SIGTERM')
  }

  /** Leaves its calls to the next one. */
  async handOver(): Promise<void> {
    await this.#end('handed-over', 'SIGQUIT')
  }

  /** What it says of itself; undefined when it is not there to ask, or does not answer. */
  async figures({
    setClockBy,
    ms = 10_000
  }: {
    readonly setClockBy?: number
    readonly ms?: number
  } = {}): Promise<ServerFigures | undefined> {
    if (!this.isUp) return undefined
    const id = ++this.#asked
    const answer = new Promise<ServerFigures>((resolve) => this.#questions.set(id, resolve))
    this.#child?.send({ id, ...(setClockBy !== undefined && { setClockBy }) })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), ms)
    })
    const figures = await Promise.race([answer, late])
    clearTimeout(timer)
    return figures
  }

  async #end(how: 'killed' | 'stopped' | 'handed-over', signal: NodeJS.Signals): Promise<void> {
    const run = this.runs.at(-1)
    const child = this.#child
    if (run === undefined || child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'close')
    run.end = how
    child.kill(signal)
    await gone
  }

  #read(child: ChildProcess, run: number): void {
    const [, stdout, stderr, facts] = child.stdio
    const told = facts && createInterface({ input: facts as NodeJS.ReadableStream })
    told?.on('line', (line) => {
      const fact: ToldFact = { ...(JSON.parse(line) as DomainEvent), run }
      this.facts.push(fact)
      for (const listener of this.#listeners) listener(fact)
    })
    createInterface({ input: stdout as NodeJS.ReadableStream }).on('line', (line) => {
      // A killed server may leave half a line.
      if (line.endsWith('}')) this.log.push(JSON.parse(line) as LogLine)
    })
    stderr?.on('data', (bytes: Buffer) => {
      this.stderr += bytes.toString()
    })
  }
}
