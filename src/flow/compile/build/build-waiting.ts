import { say } from '../../../domain/saying.ts'
import {
  type AnnounceSettings,
  type OverflowRule,
  type SentenceName,
  unknownValue,
  type WaitingMessage
} from '../../../domain/waiting.ts'
import type { Prompt } from '../../prompt.ts'
import type { QueueStep } from '../../step.ts'
import { didYouMean } from '../findings/closest.ts'
import { millisecondsOf } from '../schema/value-schemas.ts'
import type { WaitingSource } from '../schema/waiting-schemas.ts'
import type { Path } from '../source/source-file.ts'
import { buildPrompt } from './build-prompt.ts'
import { requireNeed } from './build-routing.ts'
import type { Draft } from './draft.ts'

/** The waiting part of a `queue` step. */
export function buildWaiting(source: WaitingSource, path: Path, draft: Draft): Pick<QueueStep, 'music' | 'waiting' | 'overflow'> {
  const { music, announce, messages, gap, overflow } = source
  const waiting = {
    ...(gap !== undefined && { gapMs: millisecondsOf(gap) }),
    ...(announce !== undefined && { announce: buildAnnounce(announce, [...path, 'announce'], draft) }),
    ...(messages !== undefined && {
      messages: messages.map((message, index) => buildMessage(message, [...path, 'messages', index], draft))
    })
  }
  return {
    ...(music !== undefined && { music }),
    ...(Object.keys(waiting).length > 0 && { waiting }),
    ...(overflow !== undefined && {
      overflow: overflow.map((rule, index) => buildOverflow(rule, [...path, 'overflow', index], draft))
    })
  }
}

type AnnounceSource = NonNullable<WaitingSource['announce']>

function buildAnnounce(source: AnnounceSource, path: Path, draft: Draft): Partial<AnnounceSettings> {
  const { position, estimate, first, every, only_when_better, position_limit, estimate_limit, sentences } = source
  for (const [language, texts] of Object.entries(sentences ?? {})) {
    if (!draft.languages.includes(language)) {
      const place = { path: [...path, 'sentences', language], key: true }
      draft.report.error('FLOW0032', place, say`the flow does not speak "${language}"`, didYouMean(language, draft.languages))
    }
    for (const [name, text] of Object.entries(texts)) {
      const unknown = unknownValue(name as SentenceName, text)
      if (unknown === undefined) continue
      draft.report.error('FLOW0006', { path: [...path, 'sentences', language, name] }, say`there is no {${unknown}} in "${name}"`)
    }
  }
  return {
    ...(position !== undefined && { position }),
    ...(estimate !== undefined && { estimate }),
    ...(first !== undefined && { firstMs: millisecondsOf(first) }),
    ...(every !== undefined && { everyMs: repeatMs(every, [...path, 'every'], draft) }),
    ...(only_when_better !== undefined && { onlyWhenBetter: only_when_better }),
    ...(position_limit !== undefined && { positionLimit: position_limit }),
    ...(estimate_limit !== undefined && { estimateLimitMs: millisecondsOf(estimate_limit) }),
    ...(sentences !== undefined && { sentences })
  }
}

type MessageSource = NonNullable<WaitingSource['messages']>[number]

function buildMessage(source: MessageSource, path: Path, draft: Draft): WaitingMessage<Prompt> {
  const { first, every, say: one, say_one_of: several, order } = source
  if ((one === undefined) === (several === undefined)) {
    draft.report.error('FLOW0007', { path }, say`a message needs one of say, say_one_of`)
  }
  return {
    firstMs: millisecondsOf(first),
    ...(every !== undefined && { everyMs: repeatMs(every, [...path, 'every'], draft) }),
    order: order === 'random' ? 'random' : 'in-turn',
    say:
      several?.map((prompt, index) => buildPrompt(prompt, [...path, 'say_one_of', index], draft)) ??
      (one === undefined ? [] : [buildPrompt(one, [...path, 'say'], draft)])
  }
}

/** What is said without a pause is no company. */
const LEAST_EVERY_MS = 5_000

function repeatMs(every: string, path: Path, draft: Draft): number {
  const ms = millisecondsOf(every)
  if (ms < LEAST_EVERY_MS) draft.report.error('FLOW0006', { path }, say`must be at least 5s`)
  return ms
}

type OverflowSource = NonNullable<WaitingSource['overflow']>[number]

function buildOverflow(source: OverflowSource, path: Path, draft: Draft): OverflowRule {
  const { queue, after, when_longer_than: longerThan, when_fewer_agents_than: fewerAgentsThan, skills = {} } = source
  const { queues } = draft.context.centre
  if (!queues.has(queue)) {
    draft.report.error(
      'FLOW0016',
      { path: [...path, 'queue'] },
      say`there is no queue "${queue}"`,
      didYouMean(queue, queues.keys())
    )
  }
  requireNeed(skills, queue, [...path, 'skills'], draft)
  if (after === undefined && longerThan === undefined && fewerAgentsThan === undefined) {
    const message = say`an overflow needs a condition: after, when_longer_than, when_fewer_agents_than`
    draft.report.error('FLOW0007', { path }, message)
  }
  return {
    queue,
    skills,
    ...(after !== undefined && { afterMs: millisecondsOf(after) }),
    ...(longerThan !== undefined && { longerThan }),
    ...(fewerAgentsThan !== undefined && { fewerAgentsThan })
  }
}
