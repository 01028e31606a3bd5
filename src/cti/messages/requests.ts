import type { z } from 'zod'
import { agentRequests } from './agent-requests.ts'
import { callRequests } from './call-requests.ts'
import { customerRequests } from './customer-requests.ts'
import { recordingRequests } from './recording-requests.ts'
import { routeRequests } from './route-requests.ts'
import { type monitorSchema, sessionRequests } from './session-requests.ts'
import { snapshotRequests } from './snapshot-requests.ts'

/** Parameters and result of each request, with a sentence for the reference. */
export const requestSchemas = {
  ...sessionRequests,
  ...agentRequests,
  ...callRequests,
  ...recordingRequests,
  ...customerRequests,
  ...routeRequests,
  ...snapshotRequests
} as const

export type Method = keyof typeof requestSchemas
export type ParamsOf<Name extends Method> = z.infer<(typeof requestSchemas)[Name]['params']>
export type ResultOf<Name extends Method> = z.infer<(typeof requestSchemas)[Name]['result']>
export type Monitor = z.infer<typeof monitorSchema>
