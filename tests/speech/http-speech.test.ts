import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import t, { type Test } from 'tap'
import type { Log } from '../../src/domain/log.ts'
import type { Clip, Prompts } from '../../src/domain/ports/prompts.ts'
import type { HttpSpeechOptions } from '../../src/speech/http-speech.ts'
import { openPrompts, type PromptsOptions } from '../../src/speech/open-prompts.ts'
import { wavOf } from '../helpers/phones/wav-of.ts'
import { until } from '../helpers/until.ts'

const patience = () => AbortSignal.timeout(10_000)
const TONE_MS = 700

/** 16-bit mono at 24 kHz, as such services answer. */
function tone(): Buffer {
  const samples = Buffer.alloc((TONE_MS * 24_000 * 2) / 1000)
  for (let at = 0; at < samples.length / 2; at++) samples.writeInt16LE(Math.round(9000 * Math.sin(at / 8)), at * 2)
  return wavOf(samples, { hertz: 24_000 })
}

interface Asked {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly key: string | undefined
  readonly body: { readonly model: string; readonly voice: string; readonly input: string; readonly response_format: string }
}

type Answer = (response: ServerResponse, asked: Asked) => void
const speaks: Answer = (response) => response.writeHead(200, { 'content-type': 'audio/wav' }).end(tone())
const fails =
  (status: number): Answer =>
  (response) =>
    response.writeHead(status).end('{"error":{}}')

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

/** Prompts that are spoken by a service on this machine. */
async function open(
  t: Test,
  { flowVoices = {}, ...options }: Partial<HttpSpeechOptions> & Pick<PromptsOptions, 'flowVoices'> = {}
) {
  const directory = await mkdtemp(join(tmpdir(), 'switchboard-http-speech-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const service = { answer: speaks, asked: [] as Asked[], left: 0 }
  const server = createServer(async (request, response) => {
    request.socket.on('close', () => service.left++)
    const { method, url, headers } = request
    const asked = { method, url, key: headers.authorization, body: JSON.parse(await textOf(request)) as Asked['body'] }
    service.asked.push(asked)
    service.answer(response, asked)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const told: object[] = []
  const log: Log = { debug() {}, info() {}, error() {}, warn: (fields) => void told.push(fields), child: () => log }
  const clock = { at: 0, now: () => clock.at }
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`
  const voices = { en: 'alloy', 'zh-CN': 'mei' }
  const prompts = await openPrompts({
    directory: join(directory, 'prompts'),
    audioDirectory: directory,
    log,
    clock,
    flowVoices,
    service: { url, model: 'small', voices, apiKey: 'sk-secret', ...options }
  })
  t.teardown(() => prompts.close())
  return { prompts, service, told, clock }
}

async function say(prompts: Prompts, text: string, language = 'en', signal = patience()): Promise<Clip> {
  const [clip] = await prompts.render([{ kind: 'text', text }], language, signal)
  if (clip === undefined) throw new Error('nothing was said')
  return clip
}

/** What espeak-ng says by itself, by the name that its content has in every cache. */
async function espeakSays(t: Test, text: string, language = 'en'): Promise<string> {
  const { prompts } = await open(t, { voices: {} })
  return basename((await say(prompts, text, language)).file)
}

t.test('a service speaks with its voice for the language, once for the same text', async (t) => {
  const { prompts, service, told } = await open(t)
  const clip = await say(prompts, 'Press 1')
  t.ok(Math.abs(clip.durationMs - TONE_MS) < 80, `the sound of the service: ${clip.durationMs} ms`)
  await say(prompts, 'Press 1')
  await say(prompts, '请按1', 'zh-CN')
  await prompts.render([{ kind: 'count', value: 2, unit: 'people' }], 'zh-CN', patience())
  t.same(
    service.asked.map(({ body }) => `${body.voice}: ${body.input}`).sort(),
    ['alloy: Press one', 'mei: 请按一', 'mei: 两', 'mei: 位'].sort()
  )
  t.same(service.asked[0], {
    method: 'POST',
    url: '/v1/audio/speech',
    key: 'Bearer sk-secret',
    body: { model: 'small', voice: 'alloy', input: 'Press one', response_format: 'wav' }
  })
  t.same(told, [])
})

t.test('a voice of the centre is one of the service, for all its languages or for each', async (t) => {
  const flowVoices = { warm: { service: 'nova' }, local: { service: { 'zh-CN': 'lin', en: 'sage' } }, robot: { espeak: 'f3' } }
  const { prompts, service } = await open(t, { flowVoices, voices: { en: 'alloy' } })
  for (const voice of Object.keys(flowVoices)) {
    await say(prompts.inVoice(voice), 'Welcome')
    await say(prompts.inVoice(voice), '欢迎', 'zh-CN')
  }
  t.same(
    service.asked.map(({ body }) => `${body.voice}: ${body.input}`),
    ['nova: Welcome', 'sage: Welcome', 'lin: 欢迎', 'alloy: Welcome'],
    'what was left to espeak-ng stays there, but for a voice that names the language'
  )
})

t.test('a language without a voice is spoken by espeak-ng; without a key none is sent', async (t) => {
  const { prompts, service, told } = await open(t, { voices: { en: 'alloy', tlh: 'worf' }, apiKey: undefined })
  const clip = await say(prompts, '欢迎', 'zh-CN')
  t.equal(basename(clip.file), await espeakSays(t, '欢迎', 'zh-CN'))
  t.same(service.asked, [])
  await say(prompts, 'Welcome')
  t.equal(service.asked[0]?.key, undefined)
  t.same(told, [{ language: 'tlh' }], 'a voice that will never speak is told')
})

t.test('a service that fails is left alone for a while, and espeak-ng speaks; then it is tried again', async (t) => {
  const { prompts, service, told, clock } = await open(t)
  service.answer = fails(503)
  const reserve = await say(prompts, 'Welcome')
  t.equal(basename(reserve.file), await espeakSays(t, 'Welcome'))
  t.match(told, [{ problem: 'status', status: 503, restMs: 30_000 }])
  t.notMatch(JSON.stringify(told), /sk-secret|Welcome/)

  service.answer = speaks
  await say(prompts, 'Goodbye')
  t.same([service.asked.length, told.length], [1, 1], 'nobody waits for it and nothing is told twice')

  clock.at = 30_000
  const better = await say(prompts, 'Welcome')
  t.not(better.file, reserve.file, 'what was said in the other voice does not stay')
  t.ok(Math.abs(better.durationMs - TONE_MS) < 80)
})

t.test('one text that a service refuses says nothing about the next', async (t) => {
  const { prompts, service } = await open(t)
  service.answer = (response, asked) => (asked.body.input === 'bad' ? fails(400) : speaks)(response, asked)
  t.equal(basename((await say(prompts, 'bad')).file), await espeakSays(t, 'bad'))
  await say(prompts, 'good')
  t.equal(service.asked.length, 2)
})

t.test('silence, garbage, half answers and redirects are failures', async (t) => {
  const answers: readonly [problem: string, answer: Answer][] = [
    ['timeout', () => undefined],
    ['timeout', (response) => response.writeHead(200).write(tone().subarray(0, 1000))],
    ['no-wav', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>')],
    ['unreachable', (response) => response.destroy()],
    ['unreachable', (response) => response.writeHead(302, { location: 'https://elsewhere.example/' }).end()],
    ['status', fails(401)]
  ]
  const { prompts, service, told, clock } = await open(t, { timeoutMs: 300 })
  const expected = await espeakSays(t, 'Welcome')
  for (const [problem, answer] of answers) {
    service.answer = answer
    clock.at += 60_000
    t.equal(basename((await say(prompts, 'Welcome')).file), expected, problem)
    t.match(told.at(-1), { problem })
  }
  t.equal(service.asked.length, answers.length)
})

t.test('a caller who leaves ends the request, and that is no failure', async (t) => {
  const { prompts, service, told } = await open(t)
  service.answer = () => undefined
  const leaving = new AbortController()
  const waiting = say(prompts, 'Welcome', 'en', leaving.signal)
  const refused = t.rejects(waiting, { message: 'hung up' })
  await until(() => service.asked.length === 1, { what: 'the request' })
  leaving.abort(new Error('hung up'))
  await refused
  await until(() => service.left === 1, { what: 'the end of the request' })
  t.same(told, [])
  service.answer = speaks
  await say(prompts, 'Goodbye')
  t.equal(service.asked.length, 2, 'it is not left alone')
})
