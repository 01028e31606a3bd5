import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { checkFlows } from '../../src/flow/compile/check-command.ts'
import { compileAll } from '../../src/flow/compile/compile-all.ts'
import { compileFlow } from '../../src/flow/compile/compile-flow.ts'
import { DraftCache } from '../../src/flow/compile/draft-cache.ts'
import { findingCodes } from '../../src/flow/compile/findings/finding.ts'
import { type ToldFinding, toldFinding } from '../../src/flow/compile/findings/told-finding.ts'
import { loadFlows } from '../../src/flow/compile/load-flows.ts'
import { examplesFolder } from '../../src/flow/compile/read-example.ts'
import { flowReference } from '../../src/flow/compile/reference.ts'
import { stepKinds } from '../../src/flow/compile/schema/step-schemas.ts'
import { flowCorpus } from '../helpers/flow/flow-corpus.ts'
import { flowContext } from '../helpers/flow/flow-walk.ts'

const folder = new URL('../../flows/', import.meta.url).pathname

/** A whole flow around some of its lines. What is given replaces what stands here. */
const around = (steps: string, head = '') => `flow: test
languages: [en]
numbers: ["1"]
defaults: { no_input: { go: end }, no_match: { go: end } }
${head}
steps:
${steps}
  end: { hangup: true }
`

/** Code, the source, and the text that is underlined; or no text where a finding is of the whole. */
const mistakes: readonly (readonly [code: string, source: string, underlined: string, says: RegExp])[] = [
  ['FLOW0001', 'flow: [', '', /bracket is open that no \] closes/],
  ['FLOW0001', around('  a: { play: x, then: end }', 'shortcuts: [{ name: x, keys: *9, go: end }]'), '*9', /reference/],
  ['FLOW0001', around('  a: { play: {en: who, me: [}, then: end }'), '', /./],
  ['FLOW0002', around('  a: { play: x, then: end }\n  a: { play: y, then: end }'), 'a', /twice/],
  ['FLOW0003', around('  a: { play: x, thn: end, then: end }'), 'thn', /"thn".*"then"/],
  ['FLOW0003', around('  a: { menu: { promt: x, choices: { 1: end } } }'), 'promt', /"prompt"/],
  ['FLOW0003', around('  a: { play: [{ audio: beep, volume: 3 }], then: end }'), 'volume', /not known/],
  ['FLOW0004', around('  a: { ply: x, then: end }'), 'ply', /"play"/],
  ['FLOW0004', around('  a: { play: x, hangup: true }'), 'hangup', /play and hangup/],
  ['FLOW0004', around('  a: hello'), 'a', /what it does/],
  ['FLOW0005', around('  a: { survey: x, then: end }'), 'survey', /not available yet/],
  [
    'FLOW0036',
    around('  a: { go: end }', 'defaults: { voice: wam }').replace(/defaults: { no_input.*\n/, ''),
    'wam',
    /no voice "wam".*"warm"/
  ],
  [
    'FLOW0037',
    around('  a: { route: { app: crm-ruoter }, default: end }'),
    'crm-ruoter',
    /no application "crm-ruoter".*"crm-router"/
  ],
  ['FLOW0006', around('  a: { route: { app: crm-router, deadline: 6s }, default: end }'), '6s', /at most 5s/],
  ['FLOW0013', around('  a: { route: { app: crm-router } }'), 'a', /default/],
  ['FLOW0006', around('  a: { menu: { choices: { 1: end }, first_digit: 5 } }'), '5', /5s/],
  ['FLOW0006', around('  a: { collect: { into: x, digits: { exactly: "16" } }, then: end }'), '"16"', /number/],
  [
    'FLOW0006',
    around('  a: { collect: { into: x, digits: { exactly: 4, min: 2 } }, then: end }'),
    '{ exactly: 4, min: 2 }',
    /either/
  ],
  ['FLOW0006', around('  a: { collect: { into: x, digits: { min: 5, max: 2 } }, then: end }'), '{ min: 5, max: 2 }', /more than/],
  ['FLOW0006', around('  a: { menu: { choices: { x: end } } }'), 'x', /keys of a telephone/],
  ['FLOW0006', around('  a: { go: end }', 'vars: { x: "${1 + 1}" }'), '"${1 + 1}"', /computed/],
  ['FLOW0006', around('  a: { split: [{ percent: 60, go: a }, { percent: 30, go: end }] }'), '', /add up to 90/],
  ['FLOW0006', around('  a: { split: [{ percent: 60, go: end }, { percent: 40, go: end }] }'), 'end', /two ways lead to "end"/],
  ['FLOW0006', around('  a: { split: [{ percent: 100, go: end }] }'), '', /two ways/],
  ['FLOW0006', around('  a: { split: [{ percent: 0, go: end }, { percent: 100, go: a }] }'), '0', /more than 0/],
  ['FLOW0012', around('  a: { split: [{ percent: 60, go: a }, { percent: 40, go: end }] }'), 'a', /a → a/],
  ['FLOW0010', around('  a: { go: end }', 'on_hangup: nowhere'), 'nowhere', /no step/],
  ['FLOW0035', around('  a: { go: end }\n  b: { play: x }', 'on_hangup: b'), 'play', /after the caller has left.*set, branch/],
  ['FLOW0035', around('  a: { go: end }\n  b: { set: {}, then: end }', 'on_hangup: b'), 'hangup', /without `then` it ends/],
  ['FLOW0035', around('  a: { go: end }\n  b: { go: { flow: test } }', 'on_hangup: b'), 'b', /no other flow/],
  [
    'FLOW0035',
    around('  a: { go: end }\n  b: { request: { get: http://bank.test:8099/x, while_waiting: wait } }', 'on_hangup: b'),
    'while_waiting',
    /nobody hears/
  ],
  ['FLOW0012', around('  a: { go: end }\n  b: { set: {}, then: b }', 'on_hangup: b'), 'b', /b → b/],
  ['FLOW0007', around('  a: { go: end }', 'shortcuts: [{ name: x, when: "true" }]'), '', /either go or resume/],
  [
    'FLOW0007',
    around('  a: { go: end }', 'shortcuts: [{ name: x, when: "true", go: a, resume: true }]'),
    '',
    /either go or resume/
  ],
  [
    'FLOW0007',
    around('  a: { go: end }', 'shortcuts: [{ name: x, keys: "*1", offer: y, go: a }]'),
    'offer',
    /shortcuts with when/
  ],
  ['FLOW0007', around('  a: { go: end }', 'shortcuts: [{ name: x, keys: "*1", resume: true }]'), 'resume', /shortcuts with when/],
  ['FLOW0003', around('  a: { go: end }', 'shortcuts: [{ name: x, when: "true", accept: "1", go: a }]'), 'accept', /no offer/],
  [
    'FLOW0006',
    around('  a: { go: end }', 'shortcuts: [{ name: x, when: "true", offer: y, accept: "12", go: a }]'),
    '"12"',
    /a key/
  ],
  ['FLOW0007', around('  a: { customer: {}, then: end, on_error: end }'), 'customer', /one of find, create, update/],
  ['FLOW0007', around('  a: { customer: { find: {} }, found: end, not_found: end, on_error: end }'), 'find', /one of number, id/],
  ['FLOW0003', around('  a: { customer: { create: {} }, found: end, on_error: end }'), 'found', /not an exit of create.*then/],
  ['FLOW0003', around('  a: { customer: { find: { id: x } }, then: end, on_error: end }'), 'then', /not an exit of find/],
  ['FLOW0013', around('  a: { customer: { find: { id: x } }, not_found: end, on_error: end }'), 'a', /found/],
  ['FLOW0013', around('  a: { customer: { create: {} }, then: end }'), 'a', /database does not answer/],
  ['FLOW0006', around('  a: { customer: { create: { number: 12 } }, then: end, on_error: end }'), '12', /telephone number/],
  ['FLOW0006', around('  a: { customer: { create: { segment: Very Good } }, then: end, on_error: end }'), 'Very Good', /segment/],
  ['FLOW0006', around('  a: { customer: { create: { flags: [a, B] } }, then: end, on_error: end }'), '[a, B]', /flags/],
  ['FLOW0032', around('  a: { customer: { update: { language: fr } }, then: end, on_error: end }'), 'fr', /does not speak/],
  ['FLOW0006', around('  a: { customer: { find: { profile: { a: 1, b: 2 } } }, found: end, on_error: end }'), '', /one field/],
  ['FLOW0006', around('  a: { tag: "two words", then: end }'), '"two words"', /cannot be a tag/],
  ['FLOW0006', around('  a: { tag: [fine, ""], then: end }'), '""', /cannot be a tag/],
  ['FLOW0022', around('  a: { branch: [{ when: call.tags == "x", go: end }], else: end }'), '', /./],
  ['FLOW0007', around('  a: { menu: { prompt: x } }'), 'menu', /"choices" is missing/],
  ['FLOW0007', around('  a: { request: { json: {} }, on_error: end }'), 'request', /needs one of get/],
  ['FLOW0007', 'steps: { a: { hangup: true } }\nlanguages: [en]\n', '', /"flow" is missing/],
  ['FLOW0008', around('  a: { menu: { choices: { 1: end, 02: end } } }'), '02', /write "02"/],
  ['FLOW0008', around('  a: { go: end }').replace('["1"]', '[0123]'), '0123', /write "0123"/],
  ['FLOW0009', around('  a: { go: end }', 'vars: { call: 1 }'), 'call', /meaning of its own/],
  ['FLOW0009', around('  "a b": { go: end }'), '"a b"', /name of a step/],
  ['FLOW0010', around('  a: { go: ende }'), 'ende', /"end"/],
  ['FLOW0010', around('  a: { menu: { choices: { 1: { go: nowhere } } } }'), 'nowhere', /no step/],
  ['FLOW0010', around('  a: { go: end }', 'start: x'), 'x', /no step/],
  ['FLOW0012', around('  a: { set: {}, then: b }\n  b: { go: a }'), 'a', /a → b → a/],
  ['FLOW0012', around('  a: { request: { get: http://bank.test:8099/ }, then: end }', 'on_error: a'), 'a', /a → a/],
  ['FLOW0013', around('  a: { menu: { choices: { 1: end } } }').replace(/defaults.*\n/, ''), 'menu', /no_input has no exit/],
  ['FLOW0013', around('  a: { queue: service }'), 'a', /timeout, full/],
  ['FLOW0013', around('  a: { queue: service, keys: { 1: callback }, on_error: end }'), 'callback', /callback.*key 1/],
  ['FLOW0006', around('  a: { queue: service, keys: { 12: left }, left: end, on_error: end }'), '12', /single digits/],
  ['FLOW0006', around('  a: { queue: service, keys: { 1: end }, on_error: end }'), 'end', /left or callback/],
  ...(
    [
      ['FLOW0032', 'announce: { sentences: { de: { next: x } } }', 'de', /does not speak/],
      ['FLOW0006', 'announce: { sentences: { en: { next: "{place}" } } }', '"{place}"', /no {place} in "next"/],
      ['FLOW0006', 'announce: { position: true, every: 1s }', '1s', /at least 5s/],
      ['FLOW0007', 'messages: [{ first: 5s }]', '{ first: 5s }', /one of say/],
      ['FLOW0006', 'messages: [{ first: 5s, every: 4s, say: x }]', '4s', /at least 5s/],
      ['FLOW0014', 'messages: [{ first: 5s, say: { zh-CN: x } }]', '{ zh-CN: x }', /no text in en/],
      ['FLOW0016', 'overflow: [{ after: 1m, queue: sale }]', 'sale', /"sales"/],
      ['FLOW0018', 'overflow: [{ after: 1m, queue: sales, skills: { englsh: 1 } }]', 'englsh', /"english"/],
      ['FLOW0007', 'overflow: [{ queue: sales }]', '{ queue: sales }', /a condition/],
      ['FLOW0003', 'anounce: {}', 'anounce', /"announce"/]
    ] as const
  ).map(
    ([code, field, underlined, says]) =>
      [code, around(`  a: { queue: service, ${field}, on_error: end }`), underlined, says] as const
  ),
  ['FLOW0027', around('  a: { queue: service, left: end, on_error: end }'), 'left', /no key/],
  ['FLOW0013', around('  a: { request: { get: http://bank.test:8099/ }, then: end }'), 'a', /request fails/],
  ['FLOW0013', around('  a: { transfer: { agent: "1001" }, busy: end }'), 'a', /no_answer, unreachable, refused/],
  [
    'FLOW0014',
    around('  a: { play: { de: hallo }, then: end }').replace('[en]', '[en, de]'),
    '{ de: hallo }',
    /default language/
  ],
  ['FLOW0015', around('  a: { play: { audio: missing }, then: end }'), 'missing', /no recorded audio/],
  ['FLOW0016', around('  a: { queue: servce, on_error: end }'), 'servce', /"service"/],
  ['FLOW0016', around('  a: { branch: [{ when: queue("x").waiting > 1, go: end }], else: end }'), 'queue("x")', /no queue "x"/],
  ['FLOW0016', around('  a: { record: { queue: servce }, on_error: end }'), 'servce', /"service"/],
  ['FLOW0006', around('  a: { record: { queue: service, max: 2h }, on_error: end }'), '2h', /1s to 30m/],
  ['FLOW0006', around('  a: { record: { queue: service, max: 5s, min: 5s }, on_error: end }'), '5s', /less than max/],
  ['FLOW0006', around('  a: { record: { queue: service, silence: 2500ms }, on_error: end }'), '2500ms', /whole seconds.*3s/],
  ['FLOW0006', around('  a: { record: { queue: service, finish_key: "5" }, on_error: end }'), '"5"', /"#"/],
  ['FLOW0013', around('  a: { record: { queue: service }, recorded: end, too_short: end }'), 'a', /cannot be stored/],
  ['FLOW0017', around('  a: { hours: bnk, open: end, closed: end }'), 'bnk', /"bank"/],
  ['FLOW0018', around('  a: { queue: service, skills: { englsh: 2 }, on_error: end }'), 'englsh', /"english"/],
  [
    'FLOW0018',
    around('  a: { queue: service, skills: { any: [{ english: 1 }, { not: { frnch: 2 } }] }, on_error: end }'),
    'frnch',
    /nobody/
  ],
  [
    'FLOW0018',
    around('  a: { queue: service, relax: [{ after: 5s, skills: { englsh: 1 } }], skills: { english: 1 }, on_error: end }'),
    'englsh',
    /"english"/
  ],
  ['FLOW0006', around('  a: { queue: service, skills: { english: 7 }, on_error: end }'), '7', /level from 1 to 5/],
  ['FLOW0006', around('  a: { queue: service, skills: { any: [] }, on_error: end }'), '[]', /at least one/],
  [
    'FLOW0006',
    around('  a: { queue: service, skills: { english: 3, not: { english: 2 } }, on_error: end }'),
    '{ english: 3, not: { english: 2 } }',
    /contradict/
  ],
  ['FLOW0006', around('  a: { queue: service, relax: [{ after: 5s }], on_error: end }'), '{ after: 5s }', /one of lower/],
  [
    'FLOW0006',
    around('  a: { queue: service, skills: { english: 2 }, relax: [{ after: 5s, skills: { english: 3 } }], on_error: end }'),
    '{ after: 5s, skills: { english: 3 } }',
    /tightens/
  ],
  ['FLOW0006', around('  a: { queue: service, age: 2h, on_error: end }'), '2h', /at most 1h/],
  [
    'FLOW0003',
    around('  a: { queue: service, prefer: { agent: "${x}", patience: 5s, within: 1h }, on_error: end }'),
    'within',
    /who served them last/
  ],
  ['FLOW0033', around('  a: { queue: service, prefer: { agent: "999", patience: 5s }, on_error: end }'), '"999"', /no agent/],
  ['FLOW0019', around('  a: { run: other, then: end }'), 'other', /no flow/],
  ['FLOW0019', around('  a: { go: { flow: other } }'), '{ go: { flow: other } }', /no flow/],
  ['FLOW0020', around('  a: { branch: [{ when: trys > 1, go: end }], else: end }', 'vars: { tries: 1 }'), 'trys', /"tries"/],
  ['FLOW0020', around('  a: { set: { x: 1 }, then: end }'), 'x', /no variable "x"/],
  ['FLOW0020', around('  a: { play: "${config.nothing}", then: end }'), 'config.nothing', /configuration value/],
  ['FLOW0020', around('  a: { play: "${call.dialled}", then: end }'), 'dialled', /"dialed"/],
  ['FLOW0021', around('  a: { branch: [{ when: 1 +, go: end }], else: end }'), '', /too early/],
  ['FLOW0021', around('  a: { play: "hello ${call.id", then: end }'), '${', /no } ends it/],
  [
    'FLOW0022',
    around('  a: { play: "${tries + name}", then: end }', 'vars: { tries: 1, name: x }'),
    'tries + name',
    /number and text/
  ],
  [
    'FLOW0022',
    around('  a: { branch: [{ when: tries + 1, go: end }], else: end }', 'vars: { tries: 1 }'),
    'tries + 1',
    /true or false/
  ],
  [
    'FLOW0022',
    around('  a: { branch: [{ when: call.dialed == 955881, go: end }], else: end }'),
    'call.dialed == 955881',
    /quotes/
  ],
  ['FLOW0022', around('  a: { set: { n: text }, then: end }', 'vars: { n: 1 }'), 'text', /a number/],
  [
    'FLOW0022',
    around('  a: { collect: { into: n, digits: { exactly: 4 } }, then: end }', 'vars: { n: 1 }'),
    'n',
    /digits are a text/
  ],
  ['FLOW0022', around('  a: { play: [{ number: "${name}" }], then: end }', 'vars: { name: x }'), '"${name}"', /must be a number/],
  ['FLOW0022', around('  a: { play: [{ number: "12" }], then: end }'), '"12"', /must be a number/],
  ['FLOW0022', around('  a: { play: [{ number: .inf }], then: end }'), '.inf', /must be a number/],
  ['FLOW0022', around('  a: { play: [{ money: "3", currency: CNY }], then: end }'), '"3"', /must be a number/],
  ['FLOW0022', around('  a: { play: [{ digits: [1, 2] }], then: end }'), '[1, 2]', /must be a text or a number/],
  ['FLOW0022', around('  a: { play: [{ date: 2026-02-29 }], then: end }'), '2026-02-29', /must be a date/],
  ['FLOW0022', around('  a: { play: [{ date: 20260228 }], then: end }'), '20260228', /must be a date/],
  ['FLOW0022', around('  a: { play: [{ time: "24:00" }], then: end }'), '"24:00"', /must be a time of the day/],
  ['FLOW0022', around('  a: { play: [{ duration: 90 }], then: end }'), '90', /must be a time with its unit/],
  ['FLOW0022', around('  a: { play: [{ duration: "${n}" }], then: end }', 'vars: { n: 1 }'), '"${n}"', /its unit.*behind/s],
  ['FLOW0022', around('  a: { play: [{ duration: 5 minutes }], then: end }'), '5 minutes', /must be a time with its unit/],
  ['FLOW0022', around('  a: { play: [{ phone: 01088886666 }], then: end }'), '01088886666', /phone number.*quotes/s],
  ['FLOW0022', around('  a: { play: [{ phone: "" }], then: end }'), '""', /phone number/],
  ['FLOW0022', around('  a: { play: [{ phone: nobody }], then: end }'), 'nobody', /phone number/],
  ['FLOW0022', around('  a: { play: [{ ordinal: 0 }], then: end }'), '0', /whole number from 1/],
  ['FLOW0022', around('  a: { play: [{ ordinal: "${name}" }], then: end }', 'vars: { name: x }'), '"${name}"', /whole number/],
  ['FLOW0022', around('  a: { play: [{ count: -1 }], then: end }'), '-1', /whole number from 0/],
  ['FLOW0022', around('  a: { play: [{ count: 1.5, of: people }], then: end }'), '1.5', /whole number from 0/],
  ['FLOW0006', around('  a: { play: [{ count: 1, of: persons }], then: end }'), 'persons', /people, messages/],
  ['FLOW0003', around('  a: { play: [{ ordinal: 1, of: people }], then: end }'), 'of', /not known/],
  ['FLOW0022', around('  a: { play: "${luhn(5)}", then: end }'), 'luhn(5)', /no function luhn\(number\)/],
  [
    'FLOW0023',
    around('  a: { branch: [{ when: x.matches("a+"), go: end }], else: end }', 'vars: { x: "" }'),
    'x.matches("a+")',
    /not allowed/
  ],
  [
    'FLOW0023',
    around('  a: { branch: [{ when: "l.exists(x, l.exists(y, x == y))", go: end }], else: end }', 'vars: { l: [] }'),
    'l.exists(y, x == y)',
    /inside of another loop/
  ],
  [
    'FLOW0023',
    around('  a: { branch: [{ when: queue(call.id).waiting > 1, go: end }], else: end }'),
    'queue(call.id)',
    /in quotes/
  ],
  [
    'FLOW0025',
    around('  a: { play: x, then: m }\n  m: { menu: { choices: { 1: end } } }', 'shortcuts: [{ name: x, when: "true", go: a }]'),
    'a',
    /a → m/
  ],
  ['FLOW0026', around('  a: { go: end }', 'shortcuts: [{ name: x, keys: "9", go: end }]'), '"9"', /begin with/],
  [
    'FLOW0026',
    around('  a: { go: end }', 'shortcuts: [{ name: x, keys: "*9", go: end }, { name: y, keys: "*91", go: end }]'),
    '"*91"',
    /never be pressed/
  ],
  [
    'FLOW0027',
    around('  a: { menu: { choices: { "*9": end } } }', 'shortcuts: [{ name: x, keys: "*9", go: end }]'),
    '"*9"',
    /never a choice/
  ],
  [
    'FLOW0006',
    around('  a: { request: { get: http://bank.test:8099/, headers: { Host: evil.test } }, on_error: end }'),
    'Host',
    /flows may set/
  ],
  [
    'FLOW0006',
    around('  a: { request: { get: http://bank.test:8099/, headers: { "X: y": z } }, on_error: end }'),
    '"X: y"',
    /name of a header/
  ],
  ['FLOW0028', around('  a: { request: { get: http://evil.test/ }, on_error: end }'), 'http://evil.test/', /bank.test/],
  [
    'FLOW0028',
    around('  a: { request: { get: "http://bank.test:8099.evil.test/" }, on_error: end }'),
    '"http://bank.test:8099.evil.test/"',
    /./
  ],
  ['FLOW0031', around('  a: { run: test, with: { x: 1 }, then: end }'), 'x', /no parameter/],
  ['FLOW0032', around('  a: { play: { en: x, fr: y }, then: end }'), 'fr', /does not speak/],
  ['FLOW0032', around('  a: { language: fr, then: end }'), 'fr', /does not speak/],
  ['FLOW0032', around('  a: { play: { en: hello, who is there }, then: end }'), 'who is there', /comma/],
  ['FLOW0033', around('  a: { transfer: { agent: "9999" }, on_error: end }'), '"9999"', /no agent/],
  ['FLOW0033', around('  a: { transfer: { number: 777 } }'), '777', /no flow answers/],
  ['FLOW0033', around('  a: { transfer: { sip: "sip:x@evil.test" }, on_error: end }'), '"sip:x@evil.test"', /does not allow/]
]

const warnings: typeof mistakes = [
  [
    'FLOW0007',
    around('  a: { callback: true, booked: b, refused: end, on_error: end }\n  b: { queue: service, on_error: end }'),
    'callback',
    /has been in no queue/
  ],
  [
    'FLOW0025',
    around('  a: { go: end }', 'shortcuts: [{ name: x, when: "true", offer: y, go: a }, { name: z, when: "true", go: end }]'),
    'z',
    /"z" may hear the offer of "x"/
  ],
  [
    'FLOW0029',
    around(
      '  a: { collect: { into: x, digits: { exactly: 4 }, secret: true }, then: b }\n  b: { customer: { update: { name: "${x}" } }, then: end, on_error: end }'
    ),
    '"${x}"',
    /kept about a customer/
  ],
  [
    'FLOW0029',
    around('  a: { collect: { into: x, digits: { exactly: 4 }, secret: true }, then: b }\n  b: { tag: "x${x}", then: end }'),
    '"x${x}"',
    /tags are kept/
  ],
  ['FLOW0011', around('  a: { go: end }\n  b: { go: end }'), 'b', /no way leads/],
  ['FLOW0012', around('  a: { menu: { choices: { 1: end }, no_input: { go: a } } }'), 'a', /says nothing/],
  ['FLOW0014', around('  a: { play: { en: hello }, then: end }').replace('[en]', '[en, de]'), '{ en: hello }', /in de/],
  ['FLOW0014', around('  a: { play: hello, then: end }').replace('[en]', '[en, de]'), 'hello', /in de/],
  [
    'FLOW0029',
    around('  a: { collect: { into: x, digits: { exactly: 4 }, secret: true }, then: b }\n  b: { attach: { x: "${x}" } }'),
    '"${x}"',
    /secret/
  ],
  [
    'FLOW0029',
    around('  a: { collect: { into: x, digits: { exactly: 4 }, secret: true }, then: b }\n  b: { play: "${x}" }'),
    '"${x}"',
    /cache/
  ]
]

t.test('every mistake is told with its code, at its place, with something to do about it', (t) => {
  for (const [severity, table] of [
    ['error', mistakes],
    ['warning', warnings]
  ] as const) {
    for (const [code, text, underlined, says] of table) {
      const { flow, findings } = compileFlow({ file: 'test.yaml', text }, flowContext)
      const name = `${code} ${underlined}`
      const finding = findings.find((one) => one.code === code)
      if (finding === undefined) {
        t.fail(`${name} is not found`, { findings: findings.map(({ code, message }) => `${code} ${message}`), text })
        continue
      }
      t.equal(finding.severity, severity, name)
      t.match(`${finding.message} ${finding.hint}`, says, name)
      t.same(englishIn(toldFinding(finding, 'zh-CN')), [], `${name}, in Chinese`)
      t.equal(flow === undefined, severity === 'error', `${name}: only errors keep a flow from going live`)
      if (underlined !== '') t.equal(underlinedText(finding.frame), underlined, name)
      t.same(findings.filter((one) => one.severity === severity).length >= 1, true)
    }
  }
  t.end()
})

/** English that is left in Chinese, but for names and what stands in files. */
function englishIn({ message, hint = '' }: ToldFinding): readonly string[] {
  if (!/\p{Script=Han}/u.test(message)) return [message]
  const bare = `${message}\n${hint}`.replace(/“[^”]*”|"[^"]*"|\{[^}]*\}/g, '')
  return bare.match(/[a-z]{2,}'? [a-z]{2,}/g) ?? []
}

/** What the carets of a frame stand under. */
function underlinedText(frame: string): string {
  const lines = frame.split('\n')
  const at = lines.findIndex((line) => /^ +\| +\^+$/.test(line))
  const carets = lines[at] ?? ''
  return (lines[at - 1] ?? '').slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)
}

t.test('every code of one flow has a test', (t) => {
  const tested = new Set([...mistakes, ...warnings].map(([code]) => code))
  const elsewhere = ['FLOW0024', 'FLOW0030', 'FLOW0034']
  t.same(
    Object.keys(findingCodes).filter((code) => !tested.has(code) && !elsewhere.includes(code)),
    []
  )
  t.end()
})

t.test('what is right is not objected to', (t) => {
  const right = [
    around(
      '  a: { queue: service, timeout: b, on_error: end }\n  b: { callback: true, booked: end, refused: end, on_error: end }'
    ),
    around(
      '  a: { queue: service, on_error: end }\n  b: { callback: true, booked: end, refused: end, on_error: end }',
      'shortcuts: [{ name: x, keys: "*9", go: b }]'
    ),
    around('  a: { callback: true, booked: end, refused: end, on_error: end }').replace('numbers: ["1"]', ''),
    around(
      '  a: { menu: { choices: { 1: end } } }',
      'shortcuts: [{ name: x, when: "true", go: end }, { name: y, when: "call.interrupted != null && call.interrupted.queue == \'service\'", offer: z, resume: true }, { name: w, when: "true", offer: v, accept: "#", go: a }]'
    ),
    around(
      '  a: { go: end }\n  b: { request: { get: http://bank.test:8099/x }, then: c }\n  c: { customer: { update: {} } }',
      'on_hangup: b'
    ),
    around(
      '  a: { menu: { choices: { 1: b } } }\n  b: { tag: x, on_error: a }\n  c: { request: { get: http://bank.test:8099/x }, then: b }',
      'on_hangup: c\non_error: a'
    ).replace('b: { tag: x, on_error: a }', 'b: { tag: x }'),
    around(
      '  a: { split: [{ percent: 33.3, go: end }, { percent: 33.3, go: b }, { percent: 33.4, go: c }] }\n  b: { tag: [投诉, "a:${call.id}"], then: end }\n  c: { tag: vip }'
    ),
    around('  a: { menu: { choices: { 1: end, 0: { go: end }, "01": end, "*": end } } }'),
    around('  a: { play: [{ en: x, de: y }, "${call.id}", { number: 5 }], then: end }').replace('[en]', '[en, de]'),
    around(
      '  a: { go: m }\n  m: { menu: { choices: { 1: end } } }',
      'shortcuts: [{ name: x, when: "true", go: m, urgent: false }]'
    ),
    around('  a: { queue: service, attach: { x: 1 }, timeout: a, full: end }'),
    around('  a: { menu: { choices: { 1: b } } }\n  b: { transfer: { number: 1 }, unreachable: end }'),
    around('  a: { hangup: }', 'start: end\non_error: a'),
    around(
      '  a: { set: { n: "${n + 1}", l: "${l + [n]}", m: { a: 1 }, d: null }, then: end }',
      'vars: { n: 0, l: [], m: {}, d: null }'
    ),
    around(
      '  a: { branch: [{ when: n == 1 && n in [1, 2] && n % 2 == 1 && -n < 1, go: end }], else: end }'.replace(
        'n in [1, 2] && ',
        ''
      ),
      'vars: { n: 0 }'
    )
  ]
  for (const text of right) t.same(compileFlow({ file: 'x', text }, flowContext).findings, [], text)
  t.end()
})

t.test('all mistakes of a file are told at once, in its order', (t) => {
  const { findings } = compileFlow(
    { file: 'x', text: around('  a: { ply: x }\n  b: { go: nowhere }\n  c: { queue: x, thn: y }', 'on_hngup: x') },
    flowContext
  )
  t.same(
    findings.map(({ code }) => code),
    ['FLOW0003', 'FLOW0004', 'FLOW0010', 'FLOW0003']
  )
  t.end()
})

t.test('flows are checked against each other', (t) => {
  const one = { file: 'one.yaml', text: around('  a: { go: end }') }
  const clash = compileAll([one, { file: 'two.yaml', text: one.text }], flowContext)
  t.match(clash.findings, [
    { code: 'FLOW0030', file: 'two.yaml', line: 1 },
    { code: 'FLOW0024', file: 'two.yaml', line: 3 }
  ])
  t.equal(clash.flows.length, 1, 'the first one goes live')

  const broken = { file: 'broken.yaml', text: 'flow: broken\nlanguages: [en]\nsteps: { a: { ply: x } }\n' }
  const uses = { file: 'uses.yaml', text: around('  a: { run: broken, then: end }') }
  t.same(
    compileAll([broken, uses], flowContext).findings.map(({ code }) => code),
    ['FLOW0004'],
    'one mistake is not told in every file'
  )

  const urgent = around('  a: { go: { flow: other } }', 'shortcuts: [{ name: x, when: "true", go: a }]')
  const other = around('  m: { menu: { choices: { 1: end } } }').replace('flow: test', 'flow: other').replace('"1"', '"2"')
  t.same(
    compileAll(
      [
        { file: 'u', text: urgent },
        { file: 'o', text: other }
      ],
      flowContext
    ).findings.map(({ code }) => code),
    ['FLOW0025', 'FLOW0011'],
    'a menu in another flow is a menu'
  )
  t.end()
})

t.test('every form of prompt that the reference shows compiles', async (t) => {
  const forms = [...flowReference().matchAll(/^\| `(\{ (?!zh-CN|audio|text)\w+: .*? \})` \|/gm)].map(([, form = '']) => form)
  t.ok(forms.length >= 10, `${forms.length} forms`)
  for (const form of forms) {
    const vars = 'vars: { card: "1", count: 1, place: 1, waiting: 1, wait: 1, account: { balance: 1 } }'
    t.same(compileFlow({ file: 'x', text: around(`  a: { play: [${form}], then: end }`, vars) }, flowContext).findings, [], form)
  }
})

t.test('every kind of step, and what stands above the steps, has an example that compiles', async (t) => {
  const { findings, flows } = compileAll(await loadFlows(examplesFolder), flowContext)
  t.same(findings, [], 'without a warning')
  const sections = ['shortcuts', 'on_hangup', 'defaults']
  const files = (await readdir(examplesFolder)).map((file) => file.replace('.yaml', ''))
  t.same(files.sort(), [...stepKinds, ...sections].sort(), 'src/flow/compile/examples/KIND.yaml for each kind')
  for (const kind of stepKinds) {
    const flow = flows.find(({ file }) => file.endsWith(`/${kind}.yaml`))
    t.ok(
      [...(flow?.steps.values() ?? [])].some((step) => step.kind === kind),
      `${kind}.yaml holds such a step`
    )
  }
  t.ok(flows.find(({ file }) => file.endsWith('/shortcuts.yaml'))?.shortcuts.length, 'shortcuts')
  for (const file of files) t.ok(flowReference().includes(await readFile(join(examplesFolder, `${file}.yaml`), 'utf8')), file)
})

t.test('the flows of this repository are right, and their reference is up to date', async (t) => {
  const { findings, flows } = compileAll(await loadFlows(folder), flowContext)
  t.same(findings, [])
  t.same(flows.flatMap(({ numbers }) => numbers).sort(), ['95500', '95511', '95588', '955881'])
  t.equal(await readFile(join(folder, 'README.md'), 'utf8'), flowReference())
})

t.test('the check command tells a terminal, a program and GitHub', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'flow-check-'))
  t.teardown(() => rm(dir, { recursive: true }))
  await writeFile(join(dir, 'a.yaml'), around('  a: { play: 欢迎, then: b }\n  b: { run: other, then: ende }'))
  await writeFile(join(dir, 'other.yaml'), 'flow: other\nlanguages: [en]\nsteps: { x: { ply: y } }\n')
  await writeFile(join(dir, 'a.test.yaml'), 'not a flow')

  const pretty = await checkFlows([join(dir, 'a.yaml')], flowContext, 'pretty')
  t.equal(pretty.errors, 1)
  t.equal(
    pretty.text,
    `${join(dir, 'a.yaml')}:8:26 error FLOW0010: there is no step "ende"
  6 | steps:
  7 |   a: { play: 欢迎, then: b }
> 8 |   b: { run: other, then: ende }
    |                          ^^^^
  9 |   end: { hangup: true }
  hint: did you mean "end"?

1 flow, 1 error, 0 warnings
`
  )
  t.equal((await checkFlows([dir], flowContext, 'pretty')).errors, 2)
  t.match(JSON.parse((await checkFlows([dir], flowContext, 'json')).text), [{ code: 'FLOW0010', line: 8 }, { code: 'FLOW0004' }])
  const github = await checkFlows([join(dir, 'a.yaml')], flowContext, 'github')
  t.match(
    github.text,
    /^::error file=.*a\.yaml,line=8,col=26,title=FLOW0010::there is no step "ende" \(did you mean "end"\?\)\n$/
  )
  t.match(await checkFlows([join(dir, 'none.yaml')], flowContext, 'pretty'), { errors: 1, text: /FLOW0034/ })
})

t.test('an expression cannot reach JavaScript', (t) => {
  for (const expression of [
    'call.constructor',
    'vars.constructor.constructor("x")()',
    'x.__proto__',
    'process.exit()',
    'globalThis'
  ]) {
    const { flow } = compileFlow(
      { file: 'x', text: around(`  a: { branch: [{ when: '${expression} == 1', go: end }], else: end }`) },
      flowContext
    )
    t.equal(flow, undefined, expression)
  }
  t.end()
})

t.test('to compile a flow takes about as long as to parse its YAML, however many there are', (t) => {
  const [few, many] = [flowCorpus(50), flowCorpus(250).slice(50)]
  const compiled = compileAll(few, flowContext)
  t.equal(compiled.flows.length, 50)
  t.same(compiled.findings, [])
  for (const { text } of few) parse(text)

  const parsing = cpuMs(() => few.map(({ text }) => parse(text)))
  let compilingFew = cpuMs(() => compileAll(few, flowContext))
  // V8 throws away what it has optimised now and then, and is slow until it has made it again.
  for (let again = 0; again < 3 && compilingFew >= 1.5 * parsing; again++)
    compilingFew = Math.min(
      compilingFew,
      cpuMs(() => compileAll(few, flowContext))
    )
  const compilingMany = cpuMs(() => compileAll([...few.slice(0, 1), ...many], flowContext))
  t.comment(`parsing 50: ${parsing} ms, compiling 50: ${compilingFew} ms, 200: ${compilingMany} ms`)
  t.ok(compilingFew < 1.5 * parsing, `${compilingFew / parsing} of parsing`)
  t.ok(compilingMany < 4 * 2.5 * compilingFew, `${compilingMany / compilingFew} of a quarter as many`)
  t.end()
})

/** CPU time of the process, so that it holds on a busy machine; the best of three, as what disturbs only makes it longer. */
function cpuMs(work: () => unknown): number {
  const once = () => {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    return Math.round((user + system) / 1000)
  }
  return Math.min(once(), once(), once())
}

t.test('what has not changed is not compiled again, and findings are the same as if it were', async (t) => {
  const sources = [...flowCorpus(3), ...mistakes.slice(0, 40).map(([, text], index) => ({ file: `wrong-${index}.yaml`, text }))]
  const cache = new DraftCache()
  const before = compileAll(sources, flowContext, cache.draft)
  t.same(before.findings, compileAll(sources, flowContext).findings)

  const changed = sources.map((one, index) => (index === 1 ? { ...one, text: one.text.replace('reason: ""', 'reason: 5') } : one))
  await cache.prepare(changed, flowContext)
  const after = compileAll(changed, flowContext, cache.draft)
  t.same(after.findings, compileAll(changed, flowContext).findings)
  t.not(after.findings.length, before.findings.length)
  const flow = (compiled: typeof after, name: string) => compiled.flows.find((one) => one.name === name)
  t.equal(flow(after, 'hotline-0'), flow(before, 'hotline-0'), 'the same flow')
  t.equal(flow(after, 'hotline-1'), undefined)

  cache.keepOnly(changed)
  const again = compileAll(changed, { ...flowContext, centre: { ...flowContext.centre, queues: new Map() } }, cache.draft)
  t.match(again.findings, [{ code: 'FLOW0016' }], 'another centre asks for another look')
})
