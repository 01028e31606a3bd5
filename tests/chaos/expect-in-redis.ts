import { Redis } from 'ioredis'
import { until } from '../helpers/until.ts'

/** What is wrong with the calls that Redis has when it had the time to take them: it must have these and no others. */
export async function wrongInRedis(url: string, wanted: readonly string[]): Promise<readonly string[]> {
  const redis = new Redis(url)
  try {
    const found = async () => (await redis.hkeys('switchboard:live-calls:test')).filter((id) => !id.startsWith('#')).sort()
    const isRight = async () => (await found()).join() === [...wanted].sort().join()
    await until(isRight, { ms: 10_000, what: 'Redis has the calls in progress' }).catch(() => undefined)
    return (await isRight()) ? [] : [`in Redis are ${await found()}, and in progress ${wanted}`]
  } finally {
    redis.disconnect()
  }
}
