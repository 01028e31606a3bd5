import { z } from 'zod'
import { mediumNames } from '../domain/medium.ts'
import { strategyNames } from '../domain/queue.ts'
import { absence, agents, disposition, reason } from './agents-schema.ts'
import { callbacks } from './callbacks-schema.ts'
import { duration } from './duration.ts'
import { digits, name, need } from './names.ts'
import { outsideCalls } from './outside-calls-schema.ts'
import { overload } from './overload-schema.ts'
import { customer, user } from './people-schema.ts'
import { queueLifeFields } from './queue-life-schema.ts'
import { recordingFields, recordings } from './recording-schema.ts'
import { speech } from './speech-schema.ts'
import { suggestions } from './suggestions-schema.ts'
import { waitingFields } from './waiting-schema.ts'
import { webhooks } from './webhooks-schema.ts'

const relaxStep = z
  .strictObject({
    after: duration.describe('So long after the caller first came'),
    lower: z.int().min(1).max(5).optional().describe('Every level gives way by so many more'),
    skills: need.optional().describe("Asked for from now on, in place of the queue's `skills`; it must not tighten"),
    anyone: z.literal(true).optional().describe('Whoever serves the queue')
  })
  .refine(({ lower, skills, anyone }) => [lower, skills, anyone].filter((given) => given !== undefined).length === 1, {
    error: 'expected one of lower, skills and anyone'
  })

const serviceLevel = z.strictObject({
  share: z.number().min(1).max(100).describe('Of 100 callers, so many'),
  within: duration.describe('are to be answered within this time')
})

const queue = z.strictObject({
  title: z.string().describe('What people read'),
  medium: z
    .enum(mediumNames)
    .default('voice')
    .describe(
      'What its contacts come by, voice or message. The server takes calls only; messages are for what-ifs. Default: voice'
    ),
  skills: need
    .default({})
    .describe(
      'What every call of this queue asks of an agent: skills with the least level, and `all`, `any`, `not`. Default: nothing'
    ),
  strategy: z
    .enum(strategyNames)
    .default('longest-idle')
    .describe('Which of the free agents who fit is rung. Default: longest-idle'),
  relax: z.array(relaxStep).default([]).describe('How `skills` give way as a caller waits, step by step. Default: never'),
  level_after: z
    .array(duration)
    .max(4)
    .default([])
    .describe(
      'From how much waiting on agents of level 2, 3, … may be rung; the last opens all that are left. Free agents of a higher level come first anyway. Default: all from the beginning'
    ),
  head_start: duration
    .prefault('0s')
    .describe('How much earlier its callers count as having come, for agents who serve other queues too. Default: 0s'),
  service_level: serviceLevel
    .prefault({ share: 80, within: '20s' })
    .describe('The target that `order.choice: service-level` goes by. Default: { share: 80, within: 20s }'),
  ring: duration.prefault('20s').describe('How long one agent is rung before the next one. Default: 20s'),
  wrap_up: duration.prefault('30s').describe('Time to finish after a talk. Default: 30s'),
  wrap_up_extension: duration
    .optional()
    .describe('By how much an agent may make a wrap-up longer, again and again. Left out: not at all'),
  wrap_up_max: duration.prefault('5m').describe('Longest wrap-up with extensions. Default: 5m'),
  missed_calls: z.int().min(1).max(100).default(1).describe('So many offers missed in a row make an agent not ready. Default: 1'),
  max_wait: duration.prefault('10m').describe('Longest stay; then the flow goes on with `timeout`. Default: 10m'),
  max_length: z.int().min(1).max(10_000).default(100).describe('Callers at once; one more leaves with `full`. Default: 100'),
  pickup: z
    .boolean()
    .default(false)
    .describe(
      'Agents of the queue see who waits, and may take callers out of turn (pickupCall); not those of closed teams. Default: false'
    ),
  calling_hours: name.optional().describe('Calendar in which customers of this queue may be called back. Left out: at any time'),
  music: name
    .default('default')
    .describe(
      'Music class of Asterisk while waiting and on hold, or `none`: then no packet is sent to the caller until something is said, which some carriers take for a dead call. Default: default'
    ),
  ...queueLifeFields,
  ...recordingFields,
  ...waitingFields
})

const order = z.strictObject({
  high: duration.prefault('5m').describe('How much earlier callers of high priority count as having come. Default: 5m'),
  low: duration.prefault('5m').describe('How much later callers of low priority count as having come. Default: 5m'),
  choice: z
    .enum(['most-urgent', 'service-level'])
    .default('most-urgent')
    .describe(
      'Whom an agent of several queues serves: who came first (with head starts), or who is next to miss the `service_level`. Default: most-urgent'
    )
})

const period = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'expected HH:MM-HH:MM')
const calendar = z.strictObject({
  time_zone: z.string().describe('IANA name, e.g. Asia/Shanghai'),
  weekly: z
    .partialRecord(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']), z.array(period))
    .describe('Day → periods, local time; a day left out is closed'),
  exceptions: z
    .record(z.iso.date(), z.array(period))
    .default({})
    .describe('ISO date → periods of that day instead; an empty list is a holiday. Default: none')
})

const http = z.strictObject({
  session: duration.prefault('12h').describe('How long a login lasts unless it is renewed. Default: 12h'),
  renew_for: duration
    .prefault('30d')
    .describe('How long a login may be renewed; then the password is needed again. Default: 30d'),
  sign_ins_per_minute: z.int().min(1).default(30).describe('Attempts to sign in, per minute and address. Default: 30'),
  requests_per_minute: z.int().min(1).default(1200).describe('Requests to /api, per minute and address. Default: 1200'),
  phones_per_address: z
    .int()
    .min(1)
    .max(800)
    .default(200)
    .describe('Browser phones of one address at the same time; 800 of all. Default: 200'),
  trust_proxy: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
    .default([])
    .describe(
      'Addresses and networks of your own proxies in front: what they say in X-Forwarded-For is the client’s address, which limits and logs go by. Default: none, the header is ignored'
    ),
  embedded_in: z
    .array(
      z
        .url({ protocol: /^https?$/ })
        .refine((text) => !URL.canParse(text) || new URL(text).origin === text, 'expected an origin such as https://crm.example')
    )
    .default([])
    .describe('Origins of applications that may show the console in a frame and give it orders. Default: none')
})

/** The contact centre as people write it. Unknown keys are errors. */
export const centreSchema = z.strictObject({
  demo: z
    .boolean()
    .default(false)
    .describe('A demo: logins and phones get DEMO_PASSWORD and any device on loopback may call. Default: false'),
  skills: z.array(name).default([]).describe('All skills there are. Default: none'),
  order: order.prefault({}).describe('Who of all waiting callers is next'),
  queues: z.record(name, queue).describe('Name → where callers wait'),
  teams: z
    .record(
      name,
      z.strictObject({
        title: z.string(),
        closed: z
          .boolean()
          .default(false)
          .describe(
            'Its supervisors see the calls of its own agents only, not those of others in the same queues. Default: false'
          )
      })
    )
    .describe('Name → who works together'),
  agents: z.array(agents).describe('Who answers'),
  reasons: z.array(reason).optional().describe('Why agents may be not ready. Left out: any word'),
  dispositions: z.array(disposition).optional().describe('What may come of a contact. Left out: any word'),
  suggestions,
  absence: absence
    .prefault({})
    .describe('Agents whose phone or desk is gone. Nothing happens to who is with a caller until that is over'),
  users: z.array(user).default([]).describe('Who signs in without being an agent. Default: nobody'),
  supervision: z
    .strictObject({
      tell_agents: z.boolean().default(false).describe('Agents are told who listens to them. Default: false')
    })
    .prefault({})
    .describe('Supervisors who listen to agents; for those who may do so it is no secret'),
  emergency_group: z
    .array(digits)
    .default([])
    .describe('Agents whose phones Asterisk rings by itself while Switchboard is away. Default: none'),
  calendars: z.record(name, calendar).default({}).describe('Name → opening hours. Default: none'),
  values: z
    .record(name, z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe(
      'What flows read as config.NAME; a variable of the environment may stand in it as in a shell, with :- and a default. Default: none'
    ),
  allowed_requests: z
    .array(z.url({ protocol: /^https?$/ }))
    .default([])
    .describe('URL prefixes a `request` step may reach, beside the `values` that are URLs. Default: none'),
  allowed_transfers: z
    .array(z.string().regex(/^sips?:[\w.+*-]+(@[\w.:[\]*-]+(;transport=(udp|tcp|tls))?)?$/, 'expected sip:user@host'))
    .default([])
    .describe(
      'SIP addresses that transfers, consultations and applications may call; * at the end stands for the rest of user, host label or port, never for more of a host. Default: none'
    ),
  outside_calls: outsideCalls.prefault({}),
  callbacks: callbacks.optional().describe('Whom the centre may call back, and how. Left out: nobody, and bookings are refused'),
  customers: z
    .array(customer)
    .default([])
    .describe('Customers put into the database at start when they are not there. Default: none'),
  resume_within: duration
    .prefault('10m')
    .describe('How long after they were cut off callers are offered to go on where they were, by flows that do. Default: 10m'),
  speech: speech
    .prefault({ provider: 'espeak' })
    .describe('What makes speech out of text; the key of a service is SPEECH_API_KEY. Default: { provider: espeak }'),
  webhooks,
  overload: overload.prefault({}).describe('When callers are turned away, so that those who are served stay so'),
  recordings: recordings.prefault({}).describe('What becomes of recordings'),
  http: http.prefault({}).describe('Limits of the API')
})

/** The contact centre after defaults were filled in. */
export type CentreFile = z.output<typeof centreSchema>
