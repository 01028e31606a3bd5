import type { Centre } from '../domain/centre.ts'
import type { Log } from '../domain/log.ts'
import type { FlowLibrary } from '../flow/library.ts'
import type { SpokenPrompts } from '../speech/spoken-prompts.ts'
import type { Closing } from './closing.ts'
import { prepareFlows } from './prepare-flows.ts'

/** Callers of an earlier process are to be taken up first: looking alone takes a tenth of a second of the event loop where Chinese is spoken. */
const WAIT_MS = 1_000

/** Makes the audio of everything that is said, in the background, a moment later; stopped when the server stops. */
export function prepareAll(
  around: { readonly prompts: SpokenPrompts; readonly centre: Centre; readonly log: Log },
  flows: FlowLibrary,
  closing: Closing
): void {
  const { prompts, centre, log } = around
  let stopped = false
  const begin = () =>
    prompts
      .prepareVocabulary(centre.voices)
      .then(() => prepareFlows(flows.list(), around))
      .then(() => log.info({ prompts: prompts.stats() }, 'All fixed prompts are ready'))
      .catch((err) => {
        if (!stopped) log.error({ err }, 'Prompts could not be made ahead of time')
      })
  const timer = setTimeout(begin, WAIT_MS)
  closing.add('preparation of prompts', {
    close: async () => {
      stopped = true
      clearTimeout(timer)
    }
  })
}
