import type { QueueRequest } from '../domain/caller.ts'
import { AppError } from '../domain/errors.ts'
import type { ChannelId, DeviceId } from '../domain/ids.ts'
import type { KeptCall, KeptConsultation, KeptTalk } from '../domain/kept-call.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { TakenUp } from '../domain/ports/telephony.ts'
import type { Termination } from '../domain/termination.ts'
import type { Flows } from '../flow/flow-world.ts'
import { stepAt } from '../flow/positions.ts'
import { LeftOver } from './call/left-over.ts'
import type { LiveCall } from './call/live-call.ts'
import type { CallsOffice } from './call/office.ts'
import { CallerOnPhone } from './caller/caller-on-phone.ts'
import { converse } from './caller/converse.ts'
import { talkAndGoOn } from './caller/talk-and-go-on.ts'
import { waitAndGoOn } from './caller/wait-and-go-on.ts'
import { walkFlows } from './caller/walk-flows.ts'
import { agentsIn } from './kept-agents.ts'
import { TalkBridge } from './line/bridge.ts'
import { Leg } from './line/leg.ts'
import { talkChannels } from './restored-call.ts'
import { answer, answerAndServe, throughToItsEnd } from './run-call.ts'

const restarted: Termination = { result: 'failed', reason: 'server-restarted' }

/**
 * A call that an earlier process had to leave, to its end: at the step, in the place or in the talk where it was. `call` is as it was written
 * down; `taken` tells what there is of it in Asterisk. Who has hung up meanwhile is told as if it happened now.
 */
export async function resumeCall(
  call: LiveCall,
  kept: KeptCall,
  taken: Promise<Outcome<TakenUp>>,
  office: CallsOffice
): Promise<Termination> {
  // Before Asterisk is asked, so that none of them ends unheard.
  const legs = new Map<ChannelId, Leg>()
  for (const channelId of talkChannels(kept)) legs.set(channelId, new Leg(office.telephony.channel(channelId), office.clock))
  let left: LeftOver | undefined
  try {
    return await throughToItsEnd(call, office, async () => {
      const found = await taken
      if (!found.ok)
        throw new AppError('ASTERISK_UNAVAILABLE', 'upstream', 'What was left in Asterisk could not be taken up', {
          details: { ...found }
        })
      tell(call, kept)
      if (found.value.elsewhere.has(call.channel.id)) return leaveToDialplan(call)
      left = new LeftOver(kept, legs, found.value.bridges)
      return await goOn(call, kept, left, office)
    })
  } finally {
    call.leftOver?.take()
    if (left?.isTalkTakenUp !== true) await letTalkGo(kept, legs, office)
    // An agent who was the caller has no talk that lets them go.
    if (call.callingAgent !== undefined) office.distribution.talkOver(call.callingAgent, call.callId, undefined)
  }
}

/** Nobody could go on with the talk: whoever was in it beside the caller is free, and nothing of it stays in Asterisk. */
async function letTalkGo(kept: KeptCall, legs: ReadonlyMap<ChannelId, Leg>, office: CallsOffice): Promise<void> {
  await Promise.all([...legs.values()].map((leg) => leg.end()))
  for (const { agentId, callId, queue } of agentsIn(kept)) office.distribution.talkOver(agentId, callId, queue)
  const bridges = kept.talk === undefined ? [] : [kept.talk, ...(kept.talk.consultations ?? [])]
  for (const { bridgeId } of bridges) await new TalkBridge(bridgeId, 'talk', office).close()
}

async function goOn(call: LiveCall, kept: KeptCall, left: LeftOver, office: CallsOffice): Promise<Termination> {
  const { position } = kept
  const flows = office.world.flows.asOfNow()
  call.leftOver = left
  if (call.signal.aborted) await leave(call, kept, left, office)
  if (kept.answeredAt === undefined) await answer(call, office)

  const kind = position && stepAt(flows, position)?.kind
  const isItsStep = kind === 'queue' || kind === 'transfer'
  // Outside of a step, nothing follows upon what the caller has left.
  if (!isItsStep && (left.talk !== undefined || left.stay !== undefined)) call.signal.throwIfAborted()
  if (left.talk !== undefined && !isItsStep) return await talkAndGoOn(call, left, office, requestOf(kept))
  if (left.stay !== undefined && !isItsStep) return await waitAndGoOn(call, requestOf(kept), office)
  return position === undefined ? await answerAndServe(call, office) : await goOnInFlows(call, flows, office)
}

async function goOnInFlows(call: LiveCall, flows: Flows, office: CallsOffice): Promise<Termination> {
  const [{ flow: name } = { flow: '' }] = call.goesOnAt?.positions ?? []
  const flow = flows.byName(name) ?? flows.byNumber(call.dialed)
  if (flow === undefined) return { result: 'refused', reason: 'unknown-number' }
  const caller = new CallerOnPhone(call, office)
  try {
    return await walkFlows(flow, flows, caller, call, office)
  } finally {
    await caller.close()
  }
}

/** The caller hung up while nobody was there: what was to be done as they leave is done now. */
async function leave(call: LiveCall, { phase, position, place }: KeptCall, left: LeftOver, office: CallsOffice): Promise<void> {
  call.leftAt = position
  if (left.talk !== undefined) {
    await converse(call, office, left, call.signal).catch((reason) => {
      if (reason !== call.signal.reason) throw reason
    })
  } else if (phase === 'queued' && place !== undefined) {
    const { queue, priority, enqueuedAt, visited, since } = place
    const waitedMs = since === undefined ? 0 : office.clock.now() - since
    call.totals.queuedMs += waitedMs
    call.brokenOff = { queues: visited, priority, enqueuedAt }
    if (since !== undefined) call.publish({ type: 'call.dequeued', queue, exit: 'callerGone', waitedMs })
  }
}

/** The earlier process had given the caller to the dialplan, and had no time to write that down. */
function leaveToDialplan(call: LiveCall): Termination {
  // They are not ours to hang up.
  call.channel.release()
  return restarted
}

function requestOf({ place }: KeptCall): QueueRequest | undefined {
  if (place === undefined) return undefined
  const { queue, priority, skills, enqueuedAt, ageBonusMs, preferred } = place
  return {
    ...{ queue, priority, skills, enqueuedAt, leaveIfNoAgents: false },
    ...(ageBonusMs !== undefined && { ageBonusMs }),
    ...(preferred !== undefined && { preferred })
  }
}

function isWithConsulted({ consultations = [] }: KeptTalk, device: DeviceId): boolean {
  return consultations.some((one) => one.by === device && one.with === 'consulted')
}

function consultationTold({ id, by, party, queue, with: whom }: KeptConsultation, { parties }: KeptTalk) {
  const agentId = parties.find(({ device }) => device === by)?.agentId
  if (agentId === undefined) return []
  const to = { to: party.device, ...(party.agentId !== undefined && { toAgent: party.agentId }) }
  return { consultation: id, agentId, device: by, ...to, ...(queue !== undefined && { queue }), isHolding: whom === 'talk' }
}

/** The whole of it, for who hears of the call for the first time. */
function tell(call: LiveCall, { phase, place, talk, position, callingAgent, recording }: KeptCall): void {
  const { device, incoming, dialed, startedAt, answeredAt } = call
  call.publish({
    type: 'call.restored',
    ...{ caller: device, callerName: incoming.callerName, dialed, door: incoming.door, startedAt, phase },
    data: call.attachedData(),
    ...(answeredAt !== undefined && { answeredAt }),
    ...(callingAgent !== undefined && { by: callingAgent }),
    ...(position !== undefined && { flow: position.positions[0].flow }),
    ...(place !== undefined && { queue: place.queue, priority: place.priority, enqueuedAt: place.enqueuedAt }),
    ...(recording !== undefined && {
      recording: { state: recording.pausedFor.length > 0 ? ('paused' as const) : ('on' as const), by: recording.startedBy }
    }),
    ...(talk !== undefined && {
      talkingSince: talk.since,
      parties: talk.parties.map(({ device: party, agentId, held, phoneHolds }) => ({
        device: party,
        isHolding: held || phoneHolds || isWithConsulted(talk, party),
        ...(agentId !== undefined && { agentId })
      })),
      consultations: talk.consultations?.flatMap((one) => consultationTold(one, talk)) ?? []
    })
  })
}
