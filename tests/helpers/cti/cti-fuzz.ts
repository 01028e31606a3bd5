import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { callScript } from '../centre/call-script.ts'
import { SeededRandom } from '../seeded-random.ts'
import { until } from '../until.ts'
import { type CtiApp, startCtiApp } from './cti-app.ts'
import { attacks } from './cti-attacks.ts'
import { CtiClient } from './cti-client.ts'
import type { RawWebsocket } from './raw-websocket.ts'

export interface CtiFuzzReport {
  readonly rounds: number
  readonly attacks: number
  /** Events that the other client was to get, and those that it has. */
  readonly told: number
  readonly heard: number
  readonly slowestMs: number
  /** Heap in use at the end less that after the first rounds, bytes. */
  readonly grownBytes: number
  readonly connectionsLeft: number
  readonly handlesLeft: number
  /** Faults that the server has logged. */
  readonly faults: readonly string[]
}

const AT_ONCE = 8
/** Rounds after which code is compiled and memory filled as it stays. */
const WARM_UP = 5

/** Attacks a server of its own until `enough`, while another client listens to what goes on. */
export async function fuzzCti(
  seed: number,
  enough: (rounds: number) => boolean,
  onAttack: (what: string) => void = () => {}
): Promise<CtiFuzzReport> {
  const world = await startCtiApp({ openMs: 300, refusedPerMinute: 1e9, keepMs: 200 })
  const collect = collector()
  const witness = new Witness(world, await CtiClient.open(world.url, 'admin'))
  try {
    const handlesBefore = handles()
    let [rounds, made, heapBefore] = [0, 0, 0]
    for (; !enough(rounds); rounds++) {
      if (rounds === WARM_UP) heapBefore = await settledHeap(world, collect)
      made += await oneRound(world, new SeededRandom(seed + rounds), (what) => onAttack(`${what} (seed ${seed + rounds})`))
      await witness.listen()
    }
    const grownBytes = (await settledHeap(world, collect)) - heapBefore
    const { told, heard, slowestMs } = witness
    return {
      ...{ rounds, attacks: made, told, heard, slowestMs, grownBytes },
      connectionsLeft: world.server.size.connections - 1,
      handlesLeft: handles() - handlesBefore,
      faults: world.log.lines.map(({ message, fields }) => `${message} ${'err' in fields ? String(fields.err) : ''}`)
    }
  } finally {
    witness.close()
    await world.app.close()
  }
}

async function oneRound({ url }: CtiApp, random: SeededRandom, onAttack: (what: string) => void): Promise<number> {
  const kinds = Object.entries(attacks)
  const chosen = Array.from({ length: AT_ONCE }, () => random.pick(kinds))
  const peers: RawWebsocket[] = []
  for (const [what, attack] of chosen) {
    onAttack(what)
    peers.push(...(await attack(url, random)))
  }
  // What was written is on its way; the server has a moment to choke on it.
  await new Promise((resolve) => setTimeout(resolve, 20))
  for (const peer of peers) peer.leave()
  return chosen.length
}

/** A client who does nothing but its work, and must not notice. */
class Witness {
  told = 0
  slowestMs = 0
  readonly #world: CtiApp
  readonly #client: CtiClient

  constructor(world: CtiApp, client: CtiClient) {
    this.#world = world
    this.#client = client
  }

  get heard(): number {
    return this.#client.events.filter(({ type }) => type === 'originated' || type === 'callCleared').length
  }

  /** A call comes and goes; resolves when the client has been told. */
  async listen(): Promise<void> {
    const call = callScript(`fuzz-${this.told}`)
    const began = performance.now()
    this.#world.bus.publish(call.started)
    this.#world.bus.publish(call.ended)
    this.told += 2
    await until(() => this.heard === this.told, { what: 'the other client to be told' })
    this.slowestMs = Math.max(this.slowestMs, performance.now() - began)
  }

  close(): void {
    this.#client.socket.terminate()
  }
}

/** What is in use when everybody else is gone and forgotten. */
async function settledHeap({ server, pass }: CtiApp, collect: () => void): Promise<number> {
  await until(() => server.size.connections === 1, { ms: 10_000, what: 'the attackers to be gone' })
  pass(120_000)
  await until(() => server.size.sessions === 1, { ms: 10_000, what: 'their sessions to be forgotten' })
  collect()
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  return process.memoryUsage().heapUsed
}

function handles(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind.includes('TCP')).length
}

function collector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}
