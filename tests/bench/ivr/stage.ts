import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RealAsterisk, startAsterisk } from '../../helpers/asterisk/real-asterisk.ts'
import type { DrachtioServer } from '../../helpers/sip/drachtio-server.ts'
import { findDrachtio, startRealDrachtio } from '../../helpers/sip/real-drachtio.ts'
import { startTestPostgres, type TestPostgres } from '../../helpers/store/postgres.ts'
import { type Contestant, type ContestantName, startContestant } from './contestants.ts'
import { dialplanOf, queuesConf } from './dialplan.ts'
import { pin } from './pin.ts'
import { promptFiles, writeRecordings } from './prompts.ts'

/** Below the ports that the system hands out by itself, and enough for a thousand calls and more. */
const RTP_PORTS = { from: 28_000, to: 32_699 }

/** What only rivals need. */
const MODULES = ['res_speech.so', 'res_agi.so', 'app_queue.so']

/** One Asterisk and PostgreSQL with those who are compared, all of which play the same files. */
export interface Stage {
  readonly asterisk: RealAsterisk
  readonly postgres: TestPostgres
  readonly contestants: readonly Contestant[]
  stop(): Promise<void>
}

export interface StageOptions {
  /** Each application has a processor of its own. */
  readonly pin: boolean
  /** Switchboard's callers come through drachtio. */
  readonly edge: boolean
}

export async function startStage(names: readonly ContestantName[], options: StageOptions): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'switchboard-bench-'))
  const [asterisk, postgres] = await Promise.all([
    startAsterisk({ app: 'switchboard-bench', rtpPorts: RTP_PORTS }),
    startTestPostgres()
  ])
  const contestants: Contestant[] = []
  let edge: DrachtioServer | undefined
  const stop = async () => {
    for (const contestant of contestants) await contestant.stop()
    await edge?.stop()
    await Promise.all([asterisk.stop(), postgres.close()])
    await rm(dir, { recursive: true, force: true })
  }
  try {
    await cp(fileURLToPath(new URL('./flows', import.meta.url)), join(dir, 'flows'), { recursive: true })
    await writeRecordings(join(dir, 'flows/audio'))
    const prompts = await promptFiles(join(dir, 'data'), join(dir, 'flows/audio'))
    await appendFile(join(asterisk.dir, 'etc/queues.conf'), queuesConf)
    for (const module of MODULES) await asterisk.cli(`module load ${module}`)
    await takeSilenceWell(asterisk)
    const agiPort = asterisk.freePort + 1
    await appendFile(join(asterisk.dir, 'etc/extensions.conf'), dialplanOf(prompts, agiPort))
    await asterisk.cli('dialplan reload')
    if (options.edge) edge = await startEdge()
    const around = { asterisk, postgres, dir, prompts, agiPort, edge, rtpPorts: RTP_PORTS }
    for (const name of names) contestants.push(await startContestant(name, around))
    if (options.pin) await pin(asterisk.pid, contestants)
  } catch (error) {
    await stop()
    throw error
  }
  return { asterisk, postgres, contestants, stop }
}

async function startEdge(): Promise<DrachtioServer> {
  const binary = findDrachtio()
  if (binary === undefined) throw new Error('--edge: there is no drachtio on the PATH, and DRACHTIO_BINARY names none')
  return await startRealDrachtio(binary)
}

/** Callers who are held say nothing, and so send nothing: not to be taken for a dead network however slowly a thousand of them come. */
async function takeSilenceWell({ dir, cli }: RealAsterisk): Promise<void> {
  const file = join(dir, 'etc/pjsip.conf')
  const text = await readFile(file, 'utf8')
  const patient = text.replace(/^rtp_timeout = \d+$/m, 'rtp_timeout = 600')
  if (patient === text) throw new Error('There is no rtp_timeout to make longer')
  await writeFile(file, patient)
  await cli('module reload res_pjsip.so')
}
