import type { Centre } from '../domain/centre.ts'
import type { Log } from '../domain/log.ts'
import type { FlowLibrary } from '../flow/library.ts'
import type { SpokenPrompts } from '../speech/spoken-prompts.ts'
import type { Closing } from './closing.ts'
import { prepareFlows } from './prepare-flows.ts'

/** Makes the audio of everything that is said, in the background; stopped when the server stops. */
export function prepareAll(
  around: { readonly prompts: SpokenPrompts; readonly centre: Centre; readonly log: Log },
  flows: FlowLibrary,
  closing: Closing
): void {
  const { prompts, centre, log } = around
  let stopped = false
  closing.add('preparation of prompts', {
    close: async () => {
      stopped = true
    }
  })
  prompts
    .prepareVocabulary(centre.voices)
    .then(() => prepareFlows(flows.list(), around))
    .then(() => log.info({ prompts: prompts.stats() }, 'All fixed prompts are ready'))
    .catch((err) => {
      if (!stopped) log.error({ err }, 'Prompts could not be made ahead of time')
    })
}
