import type { Centre } from '../domain/centre.ts'
import { AppError } from '../domain/errors.ts'
import type { Log } from '../domain/log.ts'
import type { Prompts } from '../domain/ports/prompts.ts'
import { fixedParts } from '../flow/fixed-parts.ts'
import type { Flow } from '../flow/flow.ts'
import type { FlowLibrary } from '../flow/library.ts'
import { flowsThatSay, type RecordingMarks } from './recording-marks.ts'

/** How long new prompts may hold a change of flows up. */
export const PREPARE_LIMIT_MS = 10_000

interface Saying {
  readonly prompts: Prompts
  readonly centre: Pick<Centre, 'queues'>
  readonly log: Log
}

/**
 * Makes the audio of everything the flows say; callers who come before it is ready wait for their own prompt only. One that cannot be made is
 * told, and keeps none of the others from being made.
 */
export async function prepareFlows(flows: readonly Flow[], around: Saying): Promise<void> {
  for (const flow of flows) {
    const faults = await prepareFlow(flow, around)
    const [err] = faults
    if (err === undefined) continue
    around.log.warn({ err, details: err.details, flow: flow.name, prompts: faults.length }, 'Prompts of a flow could not be made')
  }
}

async function prepareFlow(flow: Flow, { prompts, centre }: Saying): Promise<readonly AppError[]> {
  const faults: AppError[] = []
  const spoken = flow.voice === undefined ? prompts : prompts.inVoice(flow.voice)
  for (const [language, parts] of fixedParts(flow, centre.queues)) {
    for (const part of parts) {
      await spoken.prepare([part], language).catch((error: unknown) => {
        // Anything else is not about this prompt: the server stops.
        if (!(error instanceof AppError)) throw error
        faults.push(error)
      })
    }
  }
  return faults
}

/** The same within a limit: flows whose audio takes longer, or cannot be made, go live without it. */
export async function prepareWithin(limitMs: number, flows: readonly Flow[], around: Saying): Promise<void> {
  const { log } = around
  const names = flows.map(({ name }) => name)
  const prepared = prepareFlows(flows, around).catch((err) =>
    log.warn({ err, flows: names }, 'Prompts could not be made before their flows go live')
  )
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), limitMs)
  })
  if ((await Promise.race([prepared, late])) === 'late')
    log.warn({ flows: names, limitMs }, 'Flows go live before all their prompts are made')
  clearTimeout(timer)
}

interface Recorded extends Saying {
  readonly library: FlowLibrary
  readonly prepareLimitMs?: number
}

/** The same for flows that play a recording which was replaced. They keep their versions, which are of their texts. */
export async function prepareRecorded(before: RecordingMarks, now: RecordingMarks, around: Recorded): Promise<void> {
  const { library, log, prepareLimitMs = PREPARE_LIMIT_MS } = around
  const flows = flowsThatSay(library.list(), before, now)
  if (flows.length === 0) return
  await prepareWithin(prepareLimitMs, flows, around)
  log.info({ flows: flows.map(({ name }) => name) }, 'Recordings of flows have changed')
}
