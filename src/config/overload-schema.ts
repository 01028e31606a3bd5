import { z } from 'zod'
import { defaultOverload, type OverloadRules, shedAnswers } from '../domain/overload.ts'
import { duration } from './duration.ts'

const { emergencyReserve, leastPerSecond } = defaultOverload

/** When callers are turned away. */
export const overload = z.strictObject({
  calls_max: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe(
      'Calls in progress; with so many, who calls is turned away. The best guard against a rush: three quarters of what the machine holds. Left out: as many as there are ports for'
    ),
  emergency: z
    .array(z.string().regex(/^\+?\d*\*?$/, 'expected digits, with a * at the end for the rest'))
    .default([])
    .describe('Numbers dialled that are let in whatever the load; * at the end stands for the rest. Default: none'),
  emergency_reserve: z
    .int()
    .min(0)
    .max(100_000)
    .default(emergencyReserve)
    .describe(`Calls to those numbers that are let in beside \`calls_max\`. Default: ${emergencyReserve}`),
  answer: z
    .enum(shedAnswers)
    .default('refuse')
    .describe(
      'What becomes of who is turned away, by the SIP edge as well: refuse (503; networks try elsewhere; from the edge with Retry-After), busy (486), or announce (words before 503, to two callers a second; the others are refused). Default: refuse'
    ),
  least_per_second: z
    .number()
    .min(1)
    .max(10_000)
    .default(leastPerSecond)
    .describe(`So many callers a second are let in however great the strain. Default: ${leastPerSecond}`),
  loop_delay: duration
    .prefault('150ms')
    .describe('The server is strained when its event loop is held up for longer. Default: 150ms'),
  command_delay: duration.prefault('300ms').describe('And when Asterisk takes longer to answer a command. Default: 300ms')
})

export function toOverload(file: z.output<typeof overload>): OverloadRules {
  return {
    ...(file.calls_max !== undefined && { callsMax: file.calls_max }),
    emergency: file.emergency,
    emergencyReserve: file.emergency_reserve,
    answer: file.answer,
    leastPerSecond: file.least_per_second,
    loopDelayMs: file.loop_delay,
    commandDelayMs: file.command_delay
  }
}
