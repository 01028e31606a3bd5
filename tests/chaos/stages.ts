import type { CallView } from '../../src/cti/messages/views.ts'
import type { SupervisionMode } from '../../src/domain/supervision.ts'

/** Talks of three, or of more. */
export const jointStages = [
  'a colleague rings',
  'consulting',
  'alternated',
  'with somebody outside',
  'listened to',
  'whispered to',
  'a supervisor takes part'
] as const
export type JointStage = (typeof jointStages)[number]

export const stages = [
  'in a menu',
  'queued',
  'ringing',
  'talking',
  'on hold',
  'in conference',
  'recorded',
  ...jointStages
] as const
/** Where a caller is, as their call is seen at a desk. */
export type Stage = (typeof stages)[number]

/** How many of so many callers are in each stage: all stages, and most callers without an agent, as agents are dear. */
export function shares(calls: number): Readonly<Record<Stage, number>> {
  const of = (share: number) => Math.max(1, Math.round(calls * share))
  const joint = Object.fromEntries(jointStages.map((stage) => [stage, of(0.02)])) as Record<JointStage, number>
  const some = {
    'in a menu': of(0.2),
    ringing: of(0.08),
    talking: of(0.16),
    'on hold': of(0.08),
    'in conference': of(0.04),
    recorded: of(0.08),
    ...joint
  }
  const rest = calls - Object.values(some).reduce((sum, one) => sum + one, 0)
  return { ...some, queued: Math.max(1, rest) }
}

/** `consultation`: the call in which an agent of it consults; `supervision`: how somebody listens to it. */
export function stageOf(
  { connections, recording }: CallView,
  {
    consultation,
    supervision
  }: { readonly consultation?: CallView | undefined; readonly supervision?: SupervisionMode | undefined }
): Stage {
  const agents = connections.filter(({ kind }) => kind === 'agent')
  const has = (state: string, { connections } = { connections: agents as CallView['connections'] }) =>
    connections.some((one) => one.state === state)
  if (supervision !== undefined) return supervised[supervision]
  if (consultation !== undefined) {
    if (has('alerting', consultation)) return 'a colleague rings'
    return has('hold', consultation) ? 'alternated' : 'consulting'
  }
  if (has('alerting')) return 'ringing'
  if (has('hold')) return 'on hold'
  if (agents.length > 0 && connections.some(({ kind }) => kind === 'outside')) return 'with somebody outside'
  if (agents.length > 1) return 'in conference'
  if (agents.length > 0) return recording === 'on' ? 'recorded' : 'talking'
  return connections.some(({ kind }) => kind === 'queue') ? 'queued' : 'in a menu'
}

const supervised = {
  silent: 'listened to',
  whisper: 'whispered to',
  active: 'a supervisor takes part'
} as const satisfies Record<SupervisionMode, JointStage>

/** What becomes of it over a kill: who only rang for a colleague is rung no more. */
export function stageAfter(stage: Stage): Stage {
  return stage === 'a colleague rings' ? 'talking' : stage
}
