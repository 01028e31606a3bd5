import { isDeepStrictEqual } from 'node:util'
import type { Flow } from '../flow.ts'
import type { Happening } from '../simulate/journal.ts'
import type { SimulatedCall } from '../simulate/simulate-call.ts'
import { exitTaken } from './exit-taken.ts'
import type { Expectation } from './test-file-schema.ts'

/** What a call did not do that was expected of it, a sentence each. */
export function judge(expected: Expectation, call: SimulatedCall, flow: Flow): readonly string[] {
  const { happenings } = call
  const said = happenings.flatMap((happening) => (happening.kind === 'said' ? happening.text : []))
  const notSaid = (expected.not_said ?? []).filter((text) => said.some((each) => each.includes(text)))
  return [
    ...missingInOrder(expected.said ?? [], said, (text, each) => each.includes(text)).map(
      (text) => `"${text}" was not said${after}`
    ),
    ...notSaid.map((text) => `"${text}" was said`),
    ...missingInOrder(expected.path ?? [], happenings.filter(isStep), isAt).map((entry) => `"${entry}" was not come to${after}`),
    ...judgeEnd(expected.ends, call),
    ...judgeLimits(expected.within, call),
    ...judgeRecorded(expected.recorded, happenings),
    ...judgeAttached(expected.attached ?? {}, call.attached),
    ...judgeRest(expected, happenings, flow)
  ]
}

const after = ' in that order'

/** The first wanted one that does not come after those before it. Several may be found in one and the same. */
function missingInOrder<Found>(
  wanted: readonly string[],
  found: readonly Found[],
  fits: (wanted: string, found: Found) => boolean
): readonly string[] {
  let from = 0
  for (const each of wanted) {
    const at = found.findIndex((candidate, index) => index >= from && fits(each, candidate))
    if (at < 0) return [each]
    from = at
  }
  return []
}

type StepLeft = Happening & { kind: 'step' }

function isStep(happening: Happening): happening is StepLeft {
  return happening.kind === 'step'
}

function isAt(wanted: string, { entry }: StepLeft): boolean {
  const [name, exit] = wanted.split(/:(.*)/)
  return entry.step === name && (exit === undefined || exit === entry.exit || exit === exitTaken(entry))
}

function judgeEnd(ends: Expectation['ends'], { termination, happenings }: SimulatedCall): readonly string[] {
  if (ends === undefined) {
    // A fault that nobody expects is a mistake of the flow, whatever else the case looks at.
    return termination.result === 'failed' ? [`the call failed: ${termination.error}`] : []
  }
  const actual = describeEnd({ termination, happenings })
  if (typeof ends === 'string') return actual.kind === ends ? [] : [`it ends at ${actual.text}, not at ${ends}`]

  const [kind, wanted] = Object.entries(ends)[0] ?? ['', '']
  if (actual.kind !== kind || actual.name !== wanted) return [`it ends at ${actual.text}, not at ${kind} ${wanted}`]
  if (!('queue' in ends)) return []
  const { priority, agent } = ends
  return [
    ...(priority !== undefined && actual.priority !== priority
      ? [`the caller waits in ${wanted} with priority ${actual.priority}, not ${priority}`]
      : []),
    ...(agent !== undefined && actual.agent !== agent
      ? [`the caller waits in ${wanted} for ${actual.agent ?? 'anybody'}, not for ${agent} first`]
      : [])
  ]
}

interface End {
  readonly kind: string
  readonly name?: string | undefined
  readonly priority?: string
  readonly agent?: string | undefined
  readonly text: string
}

/** Where a call came to its end, in the words of test files. */
export function describeEnd({ termination, happenings }: Pick<SimulatedCall, 'termination' | 'happenings'>): End {
  const queue = happenings.findLast((happening) => happening.kind === 'queue')
  const transfer = happenings.findLast((happening) => happening.kind === 'transfer')
  switch (termination.reason) {
    case 'agent-hung-up':
      if (queue === undefined) break
      return { kind: 'queue', name: queue.queue, priority: queue.priority, agent: queue.agent, text: `queue ${queue.queue}` }
    case 'transferred':
      return { kind: 'transfer', name: transfer?.to, text: `transfer ${transfer?.to}` }
    case 'flow-hangup':
      return { kind: 'hangup', text: 'hangup' }
    case 'flow-finished':
      return { kind: 'finished', text: 'finished' }
    case 'caller-hung-up':
    case 'caller-hung-up-in-queue':
      return { kind: 'caller-hung-up', text: termination.reason }
    case 'fault':
      return { kind: 'fault', name: termination.error, text: `fault ${termination.error}` }
  }
  return { kind: termination.reason, text: termination.reason }
}

/** Counted up to the person the caller comes to at last, or to the end. */
function judgeLimits(within: Expectation['within'], { happenings, tookMs }: SimulatedCall): readonly string[] {
  if (within === undefined) return []
  const last = happenings.findLastIndex(({ kind }) => kind === 'queue' || kind === 'transfer')
  const steps = (last < 0 ? happenings : happenings.slice(0, last)).filter(isStep).length
  const ms = happenings[last]?.atMs ?? tookMs
  return [
    ...(within.steps !== undefined && steps > within.steps ? [`it took ${steps} steps, more than ${within.steps}`] : []),
    ...(within.time !== undefined && ms > within.time ? [`it took ${ms / 1000}s, more than ${within.time / 1000}s`] : [])
  ]
}

function judgeRecorded(expected: readonly string[] | undefined, happenings: readonly Happening[]): readonly string[] {
  if (expected === undefined) return []
  const kept = happenings.flatMap((happening) => (happening.kind === 'recorded' && happening.kept ? happening.queue : []))
  if (isDeepStrictEqual(kept, expected)) return []
  return [`messages were left for ${kept.join(', ') || 'nobody'}, not for ${expected.join(', ') || 'nobody'}`]
}

function judgeAttached(
  expected: Readonly<Record<string, unknown>>,
  attached: Readonly<Record<string, unknown>>
): readonly string[] {
  return Object.entries(expected).flatMap(([name, value]) =>
    isDeepStrictEqual(attached[name], value)
      ? []
      : [`"${name}" is attached as ${JSON.stringify(attached[name])}, not as ${JSON.stringify(value)}`]
  )
}

function judgeRest(
  { language, requests, tags, customer }: Expectation,
  happenings: readonly Happening[],
  flow: Flow
): readonly string[] {
  const spoken = happenings.findLast((happening) => happening.kind === 'language')?.language ?? flow.languages[0]
  const tagged = happenings.findLast((happening) => happening.kind === 'tags')?.tags ?? []
  const asked = happenings.filter(({ kind }) => kind === 'request').length
  return [
    ...judgeCustomer(customer, happenings),
    ...missing(tags ?? [], tagged).map((tag) => `the call is not tagged "${tag}"`),
    ...(language !== undefined && spoken !== language ? [`the caller hears ${spoken} at the end, not ${language}`] : []),
    ...(requests !== undefined && asked !== requests ? [`it made ${asked} requests, not ${requests}`] : [])
  ]
}

/** Who the flow has found, created or changed at last; flags and the profile may hold more. */
function judgeCustomer(expected: Expectation['customer'], happenings: readonly Happening[]): readonly string[] {
  if (expected === undefined) return []
  const found = happenings.findLast((happening) => happening.kind === 'customer')?.customer
  if (found === undefined) return ['the flow did not find, create or change a customer']
  const { number, flags = [], profile = {}, ...plain } = expected
  const wrong = (field: string, value: unknown, wanted: unknown) =>
    isDeepStrictEqual(value, wanted) ? [] : [`the customer's ${field} is ${JSON.stringify(value)}, not ${JSON.stringify(wanted)}`]
  return [
    ...Object.entries(plain).flatMap(([field, wanted]) => wrong(field, found[field as 'name'], wanted)),
    ...Object.entries(profile).flatMap(([field, wanted]) => wrong(field, found.profile[field], wanted)),
    ...missing(flags, found.flags).map((flag) => `the customer has no flag "${flag}"`),
    ...(number === undefined || found.numbers.includes(number) ? [] : [`the customer does not have the number ${number}`])
  ]
}

function missing(wanted: readonly string[], found: readonly string[]): readonly string[] {
  return wanted.filter((each) => !found.includes(each))
}
