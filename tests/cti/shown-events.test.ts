import { readFileSync } from 'node:fs'
import t from 'tap'
import { type CtiEvent, callEventTypes, eventSchemas } from '../../src/cti/messages.ts'
import { faultsOf } from '../helpers/cti/event-faults.ts'
import { shownBy } from '../helpers/cti/shown-events.ts'

t.test('every event of the reference is shown by a test file, which looks whether it was', async (t) => {
  const shown = new Set<string>(Object.values(shownBy).flat())
  t.same(
    Object.keys(eventSchemas).filter((type) => !shown.has(type)),
    [],
    'a new kind of event needs a file that shows it'
  )
  const onCalls = new Set<string>(
    Object.entries(shownBy).flatMap(([file, types]) => (file.startsWith('tests/centre/') ? types : []))
  )
  t.same(
    callEventTypes.filter((type) => !onCalls.has(type)),
    [],
    'those of calls on real calls'
  )
  for (const file of Object.keys(shownBy))
    t.ok(readFileSync(file, 'utf8').includes(`allEventsShown(t, '${file}')`), `${file} looks at what it was told`)
})

t.test('an event that lacks what its type promises is found out', async (t) => {
  const caller = { deviceId: '13800138000', kind: 'caller', state: 'connected' } as const
  const agent = { deviceId: '1001', kind: 'agent', agentId: '1001', state: 'hold' } as const
  const call = {
    ...{ seq: 1, time: '2026-11-22T08:00:00.000Z', callId: 'a', contactId: 'c', startedAt: 1, language: 'en', allowed: [] },
    ...{ callingDevice: '13800138000', callerName: '', calledDevice: '95588', connections: [caller, agent] }
  }
  const held = { ...call, type: 'held', cause: 'keyOperation', deviceId: '1001' } as const satisfies CtiEvent
  t.same(faultsOf(held), [])
  t.same(faultsOf({ ...held, deviceId: '1002' }), ['the device holds'])
  t.same(faultsOf({ ...held, cause: 'busy', callingDevice: '' }), ['why', 'it names who calls and whom'])
  t.match(faultsOf({ ...held, cause: 'because' } as never), [/does not fit its schema/])
  t.same(faultsOf({ ...held, secret: 1 } as never), ['it holds what its schema does not name'])

  const map = ['13800138000', '1001', '1002'].map((deviceId) => ({
    old: { callId: 'a', deviceId },
    new: { callId: 'a', deviceId }
  }))
  const added = { deviceId: '1002', kind: 'agent', agentId: '1002', state: 'connected' } as const
  const conferenced = {
    ...({ ...call, type: 'conferenced', cause: 'conference', connectionMap: map } as const),
    ...{ conferencingDevice: '1001', addedDevice: '1002', connections: [caller, agent, added] }
  } satisfies CtiEvent
  t.same(faultsOf(conferenced), [])
  t.same(faultsOf({ ...conferenced, connectionMap: [] }), [
    'it maps old connections to new ones',
    'everybody who is there has a new connection, but for who came from no call'
  ])
})
