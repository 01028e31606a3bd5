import type { RealAsterisk } from '../asterisk/real-asterisk.ts'
import { until } from '../until.ts'

/** What is left in Asterisk: all empty when every call was tidied up. */
export interface Leftovers {
  readonly channels: readonly string[]
  readonly bridges: readonly string[]
  /** Subscriptions of the application to channels and bridges. */
  readonly subscriptions: readonly string[]
}

export async function leftovers(asterisk: RealAsterisk): Promise<Leftovers> {
  const [channels, bridges, app] = await Promise.all([
    asterisk.ari('GET', 'channels'),
    asterisk.ari('GET', 'bridges'),
    asterisk.ari('GET', `applications/${asterisk.app}`)
  ])
  const ids = ({ body }: { body: unknown }) => (body as { id: string }[]).map((one) => one.id)
  const { channel_ids = [], bridge_ids = [] } = (app.status === 200 ? app.body : {}) as {
    channel_ids?: string[]
    bridge_ids?: string[]
  }
  return { channels: ids(channels), bridges: ids(bridges), subscriptions: [...channel_ids, ...bridge_ids] }
}

/** Fails when anything is still left in Asterisk after a moment. */
export async function expectNoLeaks(asterisk: RealAsterisk, ms = 10_000): Promise<void> {
  let left: Leftovers | undefined
  await until(
    async () => {
      left = await leftovers(asterisk)
      return left.channels.length + left.bridges.length + left.subscriptions.length === 0
    },
    { ms, what: () => `Asterisk is empty (left: ${JSON.stringify(left)})` }
  )
}
