import type { ChaosEvidence } from './chaos-evidence.ts'

const seconds = (at: number, since: number) => `${((at - since) / 1000).toFixed(2).padStart(8)} s`

/** What happened to one call, from its first fact to its last, with what was done to the centre meanwhile: for people. */
export function storyOf(callId: string, { facts, written, rows, seen, injuries, log }: ChaosEvidence): string {
  const row = rows.find((one) => one.call_id === callId)
  const call = seen.find(({ name }) => name === row?.caller_name)
  const own = facts.filter((fact) => 'callId' in fact && fact.callId === callId)
  const since = call?.placedAt ?? own[0]?.at ?? 0
  const until = Math.max(call?.endedAt ?? 0, own.at(-1)?.at ?? 0)
  const told = own.map(({ at, type, number, run, ...rest }) => {
    const { callId: _, contactId: __, data: ___, ...body } = rest as Record<string, unknown>
    return { at, line: `server ${run + 1}: ${type} ${JSON.stringify(body)}` }
  })
  const wire = (Object.entries(call ?? {}) as [string, unknown][]).flatMap(([name, value]) =>
    name.endsWith('At') && typeof value === 'number'
      ? [{ at: value, line: `caller: ${name.slice(0, -2)}${name === 'endedAt' ? ` by ${call?.endedBy}` : ''}` }]
      : []
  )
  const hurts = injuries.flatMap(({ name, beganAt, healedAt, wellAt }) =>
    beganAt > until + 5_000 || (wellAt ?? healedAt ?? until) < since - 5_000
      ? []
      : [
          { at: beganAt, line: `${name} begins` },
          ...(healedAt === undefined ? [] : [{ at: healedAt, line: `${name} is made good` }]),
          ...(wellAt === undefined ? [] : [{ at: wellAt, line: `${name}: all is well` }])
        ]
  )
  const logged = log.flatMap(({ time, level, msg, ...rest }) =>
    rest.callId === callId ? [{ at: Date.parse(time), line: `log ${level}: ${msg} ${JSON.stringify(rest)}` }] : []
  )
  const lines = [...told, ...wire, ...hurts, ...logged].toSorted((one, other) => one.at - other.at)
  const ends = written.filter((one) => one.call_id === callId && one.type === 'call.ended').length
  const head = `Call ${callId} of ${call?.name ?? 'nobody we know'}: recorded as ${row?.result} ${row?.reason}, ended ${ends} times in the records`
  return [head, ...lines.map(({ at, line }) => `  ${seconds(at, since)}  ${line}`)].join('\n')
}
