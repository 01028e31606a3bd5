import t from 'tap'
import type { AriEndpoint } from '../../src/ari/ari-json.ts'
import type { ControlPlane } from '../../src/ari/control-plane.ts'
import { Phones } from '../../src/ari/phones.ts'
import { AppError } from '../../src/domain/errors.ts'
import type { PhoneAccount } from '../../src/domain/ports/telephony.ts'
import { quietLog } from '../helpers/quiet-log.ts'

const refusal = new AppError('ASTERISK_REFUSED', 'upstream', 'Asterisk did not carry out a command')

function account(user: string): PhoneAccount {
  return {
    user,
    password: `password of ${user}`,
    displayName: user,
    kind: 'sip',
    context: 'from-agents'
  } as unknown as PhoneAccount
}

t.test('one phone that Asterisk refuses keeps nobody from being connected again', async (t) => {
  const made = new Set<string>()
  const watched = new Set<string>()
  const control: Pick<ControlPlane, 'phones' | 'putObject' | 'subscribe'> = {
    phones: async () =>
      [...made].map((resource): AriEndpoint => ({ technology: 'PJSIP', resource, state: 'online' }) as AriEndpoint),
    putObject: async (_type, user) => {
      if (user === '1002') throw refusal
      made.add(user)
    },
    // Of an endpoint that it does not have, Asterisk says 422.
    subscribe: async (_app, sources) => {
      for (const source of sources) {
        const user = source.replace('endpoint:PJSIP/', '')
        if (!made.has(user)) throw refusal
        watched.add(user)
      }
    }
  }
  const phones = new Phones(
    control as ControlPlane,
    'phones',
    quietLog(),
    () => {},
    () => ({ transfers: true }) as never
  )
  await phones.connected()
  for (const user of ['1001', '1002', '1003']) t.equal((await phones.put(account(user))).ok, user !== '1002', user)

  phones.disconnected()
  made.clear()
  watched.clear()
  await phones.connected()
  t.same([...watched], ['1001', '1003'], 'the others are made and watched')
  t.equal(phones.status('1003'), 'in-service')
})
