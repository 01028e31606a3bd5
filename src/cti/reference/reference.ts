import { z } from 'zod'
import {
  agentViewSchema,
  attachedDataSchema,
  callEventTypes,
  callViewSchema,
  closeCodes,
  connectionSchema,
  ctiPath,
  errorCodes,
  eventSchemas,
  phoneViewSchema,
  queueViewSchema,
  requestSchemas,
  subprotocol,
  supervisionViewSchema
} from '../messages.ts'
import { framingReference } from './framing-reference.ts'
import { sampleOf } from './sample-of.ts'

/** The protocol in words and examples, made from the schemas: the page CTI.md. */
export function ctiReference(): string {
  return `${[introduction, things(), requests(), events(), codes(), framingReference()].join('\n\n')}\n`
}

const introduction = `# The CTI socket

*Made from the schemas in \`src/cti/messages/\` by \`src/cti/reference/\`; do not edit.*

\`ws(s)://HOST${ctiPath}\`, subprotocol \`${subprotocol}\`. Messages are JSON-RPC 2.0: the client sends requests with ids, the server answers each
exactly once, and what happens arrives as notifications of the method \`event\`. Names are those of CSTA (ECMA-269).

\`\`\`json
→ {"jsonrpc":"2.0","id":"a1","method":"session.open","params":{"token":"…"}}
← {"jsonrpc":"2.0","id":"a1","result":{"sessionId":"…","seq":0,"snapshot":{…},"server":{…}}}
→ {"jsonrpc":"2.0","id":"a2","method":"setAgentState","params":{"state":"loggedOn"}}
← {"jsonrpc":"2.0","method":"event","params":{"seq":1,"type":"agentLoggedOn",…}}
← {"jsonrpc":"2.0","id":"a2","result":{…}}
← {"jsonrpc":"2.0","id":"a3","error":{"code":${errorCodes.refused},"message":"…","data":{"code":"AGENT_ON_CALL","allowed":["ready","notReady"]}}}
\`\`\`

The same as an AsyncAPI 3 document, for tools: \`CTI.asyncapi.json\`, and \`${ctiPath}/asyncapi.json\` of a running server.

The token comes from \`POST /api/v1/session {"username":"1001","password":"…"}\`.

- **See and follow.** The snapshot of \`session.open\` is all that you may see; each event after it carries the whole new state of what it is about.
  Replace your copy with it. Only the attached \`data\` of a call is left out while it has not changed: keep what you have.
  \`callCleared\` ends a call; one with \`endedAt\` in a snapshot is over and is being wrapped up.
- **Come back.** Keep \`sessionId\` and the last \`seq\`. After a lost connection send them in \`session.open\` (with the same \`monitor\`, if you had one):
  what you missed follows in order, or, when it is no longer kept (5 minutes, 10,000 events), a fresh snapshot comes instead.
- **Ask once.** A request with the id and the words of an earlier one of this session is answered again and not carried out again.
  Make ids unique, also across reloads of your page, and a request whose answer got lost can safely be repeated.
- **Stay signed in.** \`expiresAt\` says when the token ends and the session with it (4401). Before that, get a new one by \`POST /api/v1/session/renew\` and send it in
  \`session.renew\`; the session goes on. \`DELETE /api/v1/session\` signs out, at once everywhere. When your rights change, \`session.viewChanged\` brings a snapshot of what you see now.
- **Keep up.** If you read too slowly, events are left out and \`session.overrun\` brings a snapshot. \`session.health\` comes at regular intervals: if it does not, connect again.
- **Who sees what.** Agents: their own state, phone and calls, and the figures of their queues. Supervisors: the same of their teams, calls of the queues these serve (not for
  \`closed\` teams), and which flows go live. \`crm\`: what \`monitor\` names, within the teams it was given. Administrators: all.
- **Hear less, or of several things apart.** \`monitor\` of \`session.open\` narrows what you hear. \`monitorStart\` adds to it and gives an id, which events then carry in \`monitors\`: one connection can
  serve several users or windows. Who wants nothing but those opens with \`{"agents":[],"queues":[]}\`.
- **Limits.** Messages are text of at most 64 KB, 50 per second after a burst of 200, pings included. An address may have 1,000 connections that have not opened a session, and 300 tokens a minute
  that are not taken; past that it is closed with 4429.
- **\`allowed\`** on a call names what you may do with it now.`

function things(): string {
  const named = {
    Call: callViewSchema,
    Connection: connectionSchema,
    'Attached data': attachedDataSchema,
    Agent: agentViewSchema,
    Phone: phoneViewSchema,
    Queue: queueViewSchema,
    Supervision: supervisionViewSchema
  }
  const sections = Object.entries(named).map(([name, schema]) => `### ${name}\n\n${fieldsOf(schema)}${json(sampleOf(schema))}`)
  return `## Things\n\nTimes are milliseconds since 1970 unless they are text (ISO 8601).\n\n${sections.join('\n\n')}`
}

function requests(): string {
  const sections = Object.entries(requestSchemas).map(([method, { summary, params, result }]) => {
    const request = { jsonrpc: '2.0', id: 'a1', method, params: sampleOf(params) }
    const answer = { result: sampleOf(result, ['snapshot', 'calls']) }
    return `### ${method}\n\n${summary}\n\n${fieldsOf(params)}${json(request)}\n\n${json(answer)}`
  })
  return `## Requests\n\nSnapshots and lists of calls are left out of the examples.\n\n${sections.join('\n\n')}`
}

function events(): string {
  const ofCall: readonly string[] = callEventTypes
  const sections = Object.entries(eventSchemas).map(([type, schema]) => {
    const short = ofCall.includes(type) && type !== 'delivered'
    const sample = sampleOf(schema, short ? hiddenInExamples : ['snapshot', 'endedAt', 'establishedAt', 'connections'])
    return `### ${type}\n\n${z.globalRegistry.get(schema)?.description}.${short ? ' With the fields of a call.' : ''}\n\n${json(sample)}`
  })
  return `## Events\n\n\`params\` of the notification \`event\`.\n\n${sections.join('\n\n')}`
}

/** Of call events all but one example show only what is their own. */
const hiddenInExamples = Object.keys(callViewSchema.shape).filter(
  (name) => !['callId', 'contactId', 'connections', 'allowed'].includes(name)
)

function codes(): string {
  const closing = {
    notAuthenticated: 'no valid token, or it has expired or was ended: sign in',
    notAllowed: 'a `crm` client without a `monitor`, or a user who is gone from the configuration',
    openTimeout: 'no `session.open` within 5 seconds',
    replaced: 'the session was opened elsewhere',
    tooFast: 'too many messages, or answers are not read',
    restarting: 'the server restarts, or the user has become an agent or is none any more: come again'
  } as const satisfies Record<keyof typeof closeCodes, string>
  const failing = {
    parse: 'not JSON',
    invalidRequest: 'not a request of JSON-RPC 2.0',
    unknownMethod: 'no such method',
    invalidParams: '`data.detail` names the field',
    internal: 'a fault of the server',
    refused: 'understood and not carried out: `data.code` says why, `data.allowed` what may be done instead'
  } as const satisfies Record<keyof typeof errorCodes, string>
  const rows = <Codes extends Readonly<Record<string, number>>>(numbers: Codes, words: Readonly<Record<keyof Codes, string>>) =>
    Object.entries(numbers)
      .map(([name, code]) => `| ${code} | ${words[name]} |`)
      .join('\n')
  return `## Close codes\n\n| code | why |\n| --- | --- |\n${rows(closeCodes, closing)}\n\n## Error codes\n\n| code | why |\n| --- | --- |\n${rows(errorCodes, failing)}`
}

/** The fields of an object, as a list. */
function fieldsOf(schema: z.ZodType): string {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const lines = Object.entries(properties).map(([name, field]) => {
    const { description, type, enum: words } = typeof field === 'object' ? field : {}
    const kind = words === undefined ? (type ?? 'any') : words.map((word) => `\`${word}\``).join(' | ')
    return `- \`${name}\` ${kind}${required.includes(name) ? '' : ', optional'}${description === undefined ? '' : `. ${description}`}`
  })
  return lines.length === 0 ? '' : `${lines.join('\n')}\n\n`
}

function json(value: unknown): string {
  const line = JSON.stringify(value)
  return `\`\`\`json\n${line.length < 120 ? line : JSON.stringify(value, null, 2)}\n\`\`\``
}
