import { AppError, toAppError } from '../../domain/errors.ts'
import type { Api } from '../../remote/api.ts'
import { findCalls, type RemoteCall, type RemoteStory, readStory, type WantedCalls } from '../../remote/calls.ts'
import { textTable } from '../text-table.ts'
import { tellStory } from './tell-story.ts'

/** Calls of a running server that fit, the newest first. */
export async function listRemoteCalls(api: Api, wanted: WantedCalls, json = false): Promise<string> {
  const calls = await findCalls(api, wanted)
  return json ? `${JSON.stringify(calls, undefined, 2)}\n` : tableOf(calls)
}

/** The story of a call by its id, or of the newest one of a caller's number, with the other ones listed below it. */
export async function remoteStory(api: Api, which: string, wanted: WantedCalls, json = false): Promise<string> {
  const { story, others } = await findStory(api, which, wanted)
  if (json) return `${JSON.stringify(story, undefined, 2)}\n`
  const of = others.length === 0 ? '' : `\nother calls of ${which}:\n${tableOf(others)}`
  return `${tellStory(story)}${of}`
}

async function findStory(
  api: Api,
  which: string,
  wanted: WantedCalls
): Promise<{ readonly story: RemoteStory; readonly others: readonly RemoteCall[] }> {
  try {
    return { story: await readStory(api, which), others: [] }
  } catch (error) {
    if (toAppError(error).code !== 'CALL_UNKNOWN') throw error
  }
  const [newest, ...others] = await findCalls(api, { limit: 10, ...wanted, caller: which })
  if (newest === undefined)
    throw new AppError('CALL_UNKNOWN', 'client', 'There is no such call, and none of such a caller, as far as you may see', {
      details: { which }
    })
  return { story: await readStory(api, newest.callId), others }
}

function tableOf(calls: readonly RemoteCall[]): string {
  const rows = calls.map(({ callId, startedAt, caller, dialed, queues, agents, termination }) => [
    callId,
    startedAt.slice(0, 19).replace('T', ' '),
    ...[caller ?? '', dialed ?? '', queues.join(' '), agents.join(' '), termination?.reason ?? 'goes on']
  ])
  return textTable(['call', 'began (UTC)', 'caller', 'dialed', 'queues', 'agents', 'ended'], rows)
}
