import { Centre, type CentreOptions } from '../centre/centre.ts'
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts'

/** A whole centre whose wire to Asterisk's HTTP server can be cut; stopped when the test is over. */
export async function startCuttable(
  t: { teardown(work: () => Promise<void>): void },
  options: CentreOptions = {}
): Promise<{ readonly centre: Centre; readonly proxy: TcpProxy }> {
  let wire: TcpProxy | undefined
  const centre = await Centre.start({
    ...options,
    ariThrough: async (address) => {
      wire = await startTcpProxy(address)
      return wire.address
    }
  })
  if (wire === undefined) throw new Error('The centre has not asked for its wire')
  const proxy: TcpProxy = wire
  t.teardown(async () => {
    proxy.mend()
    await centre.stop()
    await proxy.close()
  })
  return { centre, proxy }
}
