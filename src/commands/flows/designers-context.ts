import { loadConfig } from '../../config/load-config.ts'
import type { Customer } from '../../domain/customer.ts'
import type { CompileContext } from '../../flow/compile/compile-context.ts'
import { recordingsOf } from './recordings.ts'

export interface DesignersContext {
  /** FLOWS. */
  readonly folder: string
  readonly context: CompileContext
  readonly customers: readonly Customer[]
}

/** What the tools of flow designers check against: the configured centre and the recordings on disk. */
export function designersContext(): DesignersContext {
  const { centre, customers, environment } = loadConfig()
  return { folder: environment.FLOWS, context: { centre, hasAudio: recordingsOf(environment.FLOWS) }, customers }
}
