import type { RemoteEvent, RemoteStory } from '../../remote/calls.ts'

type Body = RemoteEvent['body']

/** What happened, for somebody who has never read our facts; those not named here are told by their type and what they hold. */
const sentences: Readonly<Record<string, (body: Body) => string>> = {
  'call.started': ({ caller, callerName, dialed, door }) =>
    door === 'trunk' ? `${nameOf(caller, callerName)} calls ${dialed}` : `a call (${door}) with ${nameOf(caller, callerName)}`,
  'call.answered': () => 'we answer',
  'call.identified': ({ customer }) => `they are the customer ${(customer as { name?: string })?.name ?? '?'}`,
  'flow.started': ({ flow, version, runBy }) =>
    `flow ${flow}, version ${version}${runBy === undefined ? '' : `, run by step ${runBy}`}`,
  'shortcut.taken': ({ shortcut }) => `the shortcut ${shortcut} is taken`,
  'call.language-changed': ({ language }) => `they hear ${language}`,
  'call.queued': ({ queue, priority, position }) =>
    `waits in queue ${queue}, priority ${priority}${position === undefined ? '' : `, at place ${position}`}`,
  'call.dequeued': ({ queue, exit, waitedMs }) => `leaves queue ${queue} after ${seconds(waitedMs)}: ${exit}`,
  'offer.made': ({ agentId, queue }) => `is offered to agent ${agentId}${queue === undefined ? '' : ` for queue ${queue}`}`,
  'offer.ringing': ({ agentId }) => `the phone of ${agentId} rings`,
  'offer.ended': ({ agentId, result }) => `agent ${agentId}: ${result}`,
  'call.established': ({ agentId }) => `talks to agent ${agentId}`,
  'call.held': ({ device, by }) => `${device} puts them on hold (${by})`,
  'call.retrieved': ({ device, by }) => `${device} takes them back (${by})`,
  'call.transferred': ({ from, to }) => `is sent on to ${to}${from === undefined ? ' by the flow' : ` by ${from}`}`,
  'call.conferenced': ({ device }) => `${device} joins the talk`,
  'consultation.started': ({ agentId, to }) => `agent ${agentId} consults ${to}`,
  'consultation.ended': ({ agentId, to, result }) => `agent ${agentId} has consulted ${to}: ${result}`,
  'leg.dialed': ({ device }) => `${device} is called`,
  'leg.connected': ({ device }) => `${device} is with them`,
  'leg.ended': ({ device, cause }) => `${device} has left (cause ${cause})`,
  'recording.started': ({ by }) => `is recorded (${by})`,
  'recording.stopped': ({ cause }) => `is no longer recorded (${cause})`,
  'voicemail.left': () => 'leaves a message'
}

/** Ids and what is told elsewhere say nothing to a reader. */
const SILENT = new Set(['callId', 'contactId', 'offerId', 'data', 'type', 'deadline', 'recording', 'callback', 'startedAt'])

/** The story of a call for people, a line for each thing that happened: when, how long after its beginning, what. */
export function tellStory(story: RemoteStory): string {
  const { call, path, events, recordings, messages, wrapUps, promises } = story
  const lines = [
    ...events.filter(({ type }) => type !== 'step.left').map(({ at, type, body }) => ({ at, text: sentenceOf(type, body) })),
    ...path.map(({ at, flow, step, kind, tookMs, exit, detail }) => ({
      at,
      text: `step ${step} of ${flow} (${kind}): ${exit ?? 'no exit'}${detail === null ? '' : ` ${detail}`} after ${seconds(tookMs)}`
    })),
    ...wrapUps.map(({ at, agent, disposition, notes }) => ({
      at,
      text: `agent ${agent} notes: ${[disposition, notes].filter((one) => one !== null).join(', ') || 'nothing'}`
    })),
    ...promises.flatMap(toldPromise)
  ]
  const begun = Date.parse(call.startedAt)
  const told = lines
    .toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
    .map(({ at, text }) => `${at.slice(11, 23)}  ${seconds(Date.parse(at) - begun, true).padStart(9)}  ${printable(text)}`)
  const kept = [...recordings.map(({ id }) => `recording ${id}`), ...messages.map(({ id, state }) => `message ${id} (${state})`)]
  return [
    `call ${call.callId} of ${call.startedAt.slice(0, 10)} (times are UTC)`,
    ...told,
    endOf(story),
    ...(kept.length === 0 ? [] : [`kept: ${kept.join(', ')}`]),
    `the server's log: grep ${call.callId}`,
    ''
  ].join('\n')
}

/** When it was made, and when somebody said what became of it. */
function toldPromise({ agent, madeAt, what, until, state, stateAt, stateBy }: RemoteStory['promises'][number]) {
  const made = {
    at: madeAt,
    text: `agent ${agent} promises${until === null ? '' : ` until ${until}`}: ${what}`
  }
  return stateAt === null ? [made] : [made, { at: stateAt, text: `${stateBy} says that it is ${state}: ${what}` }]
}

function sentenceOf(type: string, body: Body): string {
  const sentence = sentences[type]
  if (sentence !== undefined) return sentence(body)
  if (type === 'call.ended') return 'the call is over'
  const fields = Object.entries(body).filter(([name, value]) => !SILENT.has(name) && value !== undefined && value !== null)
  return `${type} ${fields.map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : value}`).join(' ')}`.trimEnd()
}

function endOf({ call: { termination, totals } }: RemoteStory): string {
  if (termination === null) return 'it goes on'
  const { result, reason, cause, error } = termination
  const more = [cause === null ? [] : `cause ${cause}`, error === null ? [] : `fault ${error}`].flat()
  const sums =
    totals === null
      ? ''
      : `; waited ${seconds(totals.queuedMs)}, talked ${seconds(totals.talkedMs)}, on hold ${seconds(totals.heldMs)}`
  return `ended: ${result}, ${reason}${more.length === 0 ? '' : ` (${more.join(', ')})`}${sums}`
}

function nameOf(number: unknown, name: unknown): string {
  return name === undefined || name === '' ? String(number) : `${number} (${name})`
}

function seconds(ms: unknown, isSigned = false): string {
  const text = `${(Number(ms) / 1000).toFixed(1)} s`
  return isSigned && Number(ms) >= 0 ? `+${text}` : text
}

/** Names of callers come from outside: what could command a terminal is shown as a dot. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, '·')
}
