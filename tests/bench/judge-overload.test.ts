import t from 'tap'
import { wrongWith } from './ivr/judge-overload.ts'
import type { Overload } from './ivr/measure-overload.ts'

const quiet = { talks: 5, cutOff: 0, longestSilenceMs: 30, deafMs: 0 }
const asItShouldBe: Overload = {
  ...{ callsPerSecond: 300, calls: 3000, notServed: 2500, refused: 2497, refusedP99Ms: 300, answerP99Ms: 400 },
  ...{ emergencies: 20, emergenciesNotServed: 0, inCalls: 20, inCallsLost: 0, recoveredAfterMs: 5000 },
  quiet,
  talks: { ...quiet, longestSilenceMs: 250, deafMs: 40 }
}

t.test('what is wrong with a rush', async (t) => {
  t.same(wrongWith(asItShouldBe), [])
  const wrong: readonly (readonly [Partial<Overload>, string])[] = [
    [{ recoveredAfterMs: 6000 }, 'all were served again only after 6000 ms'],
    [{ recoveredAfterMs: undefined }, 'callers were still turned away when we looked no longer'],
    [{ refused: 2496 }, '4 of 3000 callers were neither served nor turned away'],
    [{ emergenciesNotServed: 1 }, '1 of 20 emergencies were not served'],
    [{ inCallsLost: 2 }, '2 of 20 callers in the menu were cut off'],
    [{ talks: { ...quiet, cutOff: 1 } }, '1 of 5 talks were cut off'],
    [{ talks: { ...quiet, longestSilenceMs: 271, deafMs: 40 } }, 'somebody in a talk heard nothing for 271 ms']
  ]
  for (const [change, what] of wrong) t.same(wrongWith({ ...asItShouldBe, ...change }), [what])
})
