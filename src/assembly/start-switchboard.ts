import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { connectAsterisk } from '../ari/connect-asterisk.ts'
import { Admission } from '../calls/admission/admission.ts'
import { AfterCalls } from '../calls/call/after-calls.ts'
import { KeptPlaces } from '../calls/call/kept-places.ts'
import type { CallsOffice } from '../calls/call/office.ts'
import { OutsideCalls } from '../calls/call/outside-calls.ts'
import { CallTable } from '../calls/call-table.ts'
import { CallbackBook } from '../calls/callbacks/callback-book.ts'
import { CallDesk } from '../calls/desk/call-desk.ts'
import { KeptAgents } from '../calls/kept-agents.ts'
import type { Distribution } from '../calls/offers/distribution.ts'
import { leftInAsterisk } from '../calls/restored-call.ts'
import type { Config } from '../config/load-config.ts'
import { createHttpClient } from '../connectors/http-client.ts'
import type { CtiLimits } from '../cti/cti-world.ts'
import { RouteBook } from '../cti/route-book.ts'
import { customersIn } from '../customers/find-customer.ts'
import { seedCustomers } from '../customers/seed-customers.ts'
import { EventBus } from '../domain/event-bus.ts'
import { defaultOverload } from '../domain/overload.ts'
import type { Telephony } from '../domain/ports/telephony.ts'
import { within } from '../domain/within.ts'
import { callbacksIn } from '../records/callbacks.ts'
import { nameOfStart } from '../records/open-records.ts'
import { startRecorder } from '../records/recorder.ts'
import { servedBeforeIn } from '../records/served-before.ts'
import { openPrompts } from '../speech/open-prompts.ts'
import { interruptedCallsIn } from '../store/interrupted-calls.ts'
import { keptPlacesIn } from '../store/kept-places.ts'
import { openLiveStore } from '../store/open-live-store.ts'
import { openServerDatabase } from '../store/server-database.ts'
import { AgentPhones } from './agent-phones.ts'
import { audibleCalls } from './audible-calls.ts'
import { watchCertificate } from './certificate-watch.ts'
import { checkWebhooks } from './check-webhooks.ts'
import { Closing } from './closing.ts'
import { endingForgotten } from './end-forgotten.ts'
import { handOver } from './hand-over.ts'
import { goOnOnce, readLeft } from './left-calls.ts'
import { LiveCentre } from './live-centre.ts'
import { openConfiguration } from './open-configuration.ts'
import { openDistribution } from './open-distribution.ts'
import { openDoors } from './open-doors.ts'
import { openEdge } from './open-edge.ts'
import { openFlows } from './open-flows.ts'
import { openRecordings } from './open-recordings.ts'
import { openTraces } from './open-traces.ts'
import { openWebhooks } from './open-webhooks.ts'
import { passwordsOf } from './phone-passwords.ts'
import { Reception } from './reception.ts'
import { SteadyClock } from './steady-clock.ts'
import { telephonyListener } from './telephony-listener.ts'
import { tellingCustomers } from './telling-customers.ts'
import { watchStrain } from './watch-strain.ts'

/** A running server, and what its tests look at. */
export interface Switchboard {
  readonly bus: EventBus
  readonly telephony: Telephony
  readonly distribution: Distribution
  readonly calls: CallTable
  readonly callbacks: CallbackBook
  /** Takes no more calls and begins none; resolves when those in progress are over, or after so many milliseconds. */
  drain(limitMs: number): Promise<void>
  /** Leaves all calls as they are to the next process; this one must end then. */
  handOver(): Promise<void>
  /** Stops taking calls, ends those in progress, writes the last records, lets go of everything. */
  close(): Promise<void>
}

/** What nobody configures, and who watches a server for a few minutes may want otherwise. */
export interface Unusual {
  readonly ctiLimits?: Partial<CtiLimits>
}

/** Builds every room and connects them, in the order data flows; what was opened is closed in reverse, also when a later room fails to start. */
export async function startSwitchboard(config: Config, log: Logger, unusual: Unusual = {}): Promise<Switchboard> {
  const closing = new Closing(log)
  try {
    return await build(config, log, closing, unusual)
  } catch (error) {
    await closing.close()
    throw error
  }
}

async function build(config: Config, log: Logger, closing: Closing, { ctiLimits }: Unusual): Promise<Switchboard> {
  const { environment, secrets } = config
  const live = new LiveCentre(config.centre)
  const { centre } = live
  const clock = new SteadyClock((byMs) => log.warn({ byMs }, 'The clock of this machine was set; we make it good bit by bit'))
  checkWebhooks(centre, config.webhookSecret)
  const bus = new EventBus(clock, (err, event) => log.error({ err, type: event.type }, 'A listener of the event bus failed'))

  const database = closing.add('database', await openServerDatabase({ url: environment.DATABASE_URL ?? '', log }))
  await database.first('customers', () => seedCustomers(database, config.customers))
  const liveStore = await openLiveStore({
    ...(environment.REDIS_URL === undefined ? {} : { redisUrl: environment.REDIS_URL }),
    dataDir: environment.DATA_DIR,
    instance: environment.INSTANCE,
    log
  })
  closing.add('live store', liveStore)
  const thisStart = nameOfStart(environment.INSTANCE, randomUUID())
  const recorder = closing.add(
    'recorder',
    await startRecorder({ database, log, clock, instance: thisStart, spillDir: join(environment.DATA_DIR, 'records') })
  )
  bus.listen(recorder.listener)
  const traces = openTraces({ environment, version: config.version, bus, clock, log })
  if (traces !== undefined) closing.add('traces', traces)
  const webhooks = closing.add(
    'webhooks',
    await openWebhooks({
      ...{ database, clock, log, centre, traces, secretOf: config.webhookSecret },
      instance: environment.INSTANCE,
      dataDir: environment.DATA_DIR
    })
  )
  const keptPlaces = closing.add('places of callers', new KeptPlaces(keptPlacesIn(database), clock, log))
  await database.first('places of callers', () => keptPlaces.restore())
  const left = await readLeft({ liveStore, keptPlaces, clock, publish: bus.publish, log })

  const prompts = closing.add(
    'prompts',
    await openPrompts({
      directory: join(environment.DATA_DIR, 'prompts'),
      audioDirectory: join(environment.FLOWS, 'audio'),
      service: config.speechService,
      flowVoices: config.flowVoices,
      log
    })
  )
  const { flows, liveFlows, prepare } = await openFlows({
    ...{ live, prompts, database, clock, log, closing },
    publish: bus.publish,
    folder: environment.FLOWS
  })
  const client = closing.add('http client', createHttpClient({ allowed: () => centre.allowedRequests }))
  const http = traces?.over(client) ?? client

  const distribution = openDistribution({ centre, clock, bus, log, closing })
  const keptAgents = new KeptAgents(liveStore.agents)
  bus.listen(keptAgents.listener)
  // Nobody is offered anything before those who waited have their places again.
  distribution.pause()
  keptAgents.restore(left.agents, left.calls, distribution, bus.publish)

  const reception = new Reception()
  const { telephony, connected } = connectAsterisk(
    {
      address: `${environment.ARI_ADDRESS.host}:${environment.ARI_ADDRESS.port}`,
      user: secrets.ariUser,
      password: secrets.ariPassword,
      app: `switchboard-${environment.INSTANCE}`,
      phoneTransfers: environment.PHONE_TRANSFERS,
      phoneSrtp: environment.PHONE_SRTP,
      expected: leftInAsterisk(left.calls)
    },
    reception,
    log
  )
  closing.add('asterisk', telephony, 'stays')
  // Waited for when the rest is there; until then a refusal is not one that was left alone.
  connected.catch(() => undefined)
  const customers = tellingCustomers(customersIn(database), bus.publish)
  const recordings = closing.add(
    'recordings',
    openRecordings({
      ...config.recordings,
      centre,
      application: config.application,
      held: telephony.recordings,
      ...{ database, clock, publish: bus.publish, log }
    }),
    'stays'
  )
  const isOwnNumber = (number: string) => flows.byNumber(number) !== undefined
  const routes = new RouteBook({ clock, newId: randomUUID, isOwnNumber })
  const world = {
    clock,
    routes,
    prompts,
    http,
    customers,
    servedBefore: servedBeforeIn(database, clock, log),
    centre,
    flows,
    queueStatus: (name: string) => distribution.queueStatus(name),
    random: Math.random
  }
  const admission = new Admission(() => centre.overload ?? defaultOverload, audibleCalls(environment.RTP_PORTS), log, clock)
  closing.add('watch over the load', watchStrain(admission, telephony))
  const office: CallsOffice = {
    admission,
    telephony,
    connection: reception.connection,
    distribution,
    world,
    outside: new OutsideCalls({ centre, clock, log }),
    afterCalls: new AfterCalls(clock, log),
    interrupted: interruptedCallsIn(database),
    keptPlaces,
    customers,
    callbacks: { add: (draft) => callbacks.add(draft) },
    centre,
    liveStore,
    recordings: recordings.store,
    clock,
    publish: bus.publish,
    log,
    newId: randomUUID
  }
  const calls = new CallTable(office)
  const desk = new CallDesk(calls, office)
  const callbacks = new CallbackBook({ office, store: callbacksIn(database), calls })
  bus.listen(callbacks.listener)
  bus.listen((event) => {
    if (event.type === 'customer.changed') calls.customerChanged(event)
  })
  closing.add('callbacks', callbacks, 'stays')
  closing.add('supervisions', { close: () => desk.settled() }, 'stays')
  closing.add('calls', { close: () => calls.drain({ result: 'failed', reason: 'server-draining' }) }, 'stays')
  closing.add('attempts to call back', { close: async () => callbacks.stop() }, 'stays')
  await database.first('callbacks', () => callbacks.restore())
  const configuration = openConfiguration({
    ...{ config, database, clock, log },
    running: () => ({ live, liveFlows, distribution, phones, doors, webhooks, prompts, flows, log })
  })
  const passwords = passwordsOf(config, log)
  const doors = await openDoors({
    config,
    ...(ctiLimits && { ctiLimits }),
    centre,
    passwords,
    configuration,
    log,
    bus,
    database,
    telephony,
    distribution,
    calls,
    desk,
    callbacks,
    flows,
    liveFlows,
    recorder,
    liveStore,
    traces,
    voicemails: recordings.voicemails,
    webhooks,
    talks: recordings.talks,
    routes,
    clock
  })
  closing.add('doors', doors, 'stays')
  const certificate = watchCertificate({ environment, doors, telephony, log })
  if (certificate !== undefined) closing.add('watch over the certificate', certificate)

  const phones = new AgentPhones({
    ...{ centre, telephony, clock, log },
    passwords,
    isAtWork: (agentId) => distribution.status(agentId) !== undefined
  })
  closing.add('phones', phones)
  bus.listen(phones.listener)
  await connected
  const goOn = goOnOnce(left.calls, { desk, clock, log, done: () => doors.showAgain() })
  reception.open(
    telephonyListener({ ...{ centre, telephony, calls, phones, recordings, distribution }, publish: bus.publish, goOn, log })
  )
  closing.add('watch over the configuration', configuration.watch())
  const held = new Set(left.calls.map(({ callId }) => callId))
  closing.add(
    'forgotten calls',
    endingForgotten({ recorder, database, server: environment.INSTANCE, thisStart, held, clock, publish: bus.publish, log })
  )
  const edge = await openEdge({ environment, flows, calls, log })
  if (edge !== undefined) {
    closing.add('sip edge', edge)
    doors.addEdge(() => edge.status())
  }
  closing.add('what a start does with the database', { close: () => database.leaveOff() })
  // What callers need now is made for them at once; the rest waits until they are served.
  prepare()
  const drain = async (limitMs: number) => {
    callbacks.stop()
    await within(limitMs, clock, (signal) => calls.runDry(signal))
  }
  return {
    ...{ bus, telephony, distribution, calls, callbacks, drain },
    handOver: () =>
      handOver({
        ...{ calls, distribution, telephony, callbacks, doors, liveStore, bus, closing, log },
        afterCalls: office.afterCalls
      }),
    close: () => closing.close()
  }
}
