import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { recordingsOf } from '../../src/commands/flows/recordings.ts'
import { AppError } from '../../src/domain/errors.ts'
import type { Log } from '../../src/domain/log.ts'
import type { Clip, PromptPart } from '../../src/domain/ports/prompts.ts'
import { ClipCache, contentKey } from '../../src/speech/clip-cache.ts'
import { openEspeak } from '../../src/speech/espeak.ts'
import { openPrompts, type PromptsOptions } from '../../src/speech/open-prompts.ts'
import { runProgram } from '../../src/speech/run-program.ts'
import { openTelephoneAudio } from '../../src/speech/telephone-audio.ts'
import { linearOf } from '../helpers/phones/mu-law.ts'
import { until } from '../helpers/until.ts'

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet }
const patience = () => AbortSignal.timeout(10_000)

async function folder(t: Test): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'switchboard-speech-'))
  t.teardown(() => rm(path, { recursive: true }))
  return path
}

async function open(t: Test, options: Partial<PromptsOptions> = {}) {
  const directory = options.directory ?? (await folder(t))
  const prompts = await openPrompts({ directory, audioDirectory: join(directory, 'audio'), log: quiet, ...options })
  t.teardown(() => prompts.close())
  return { prompts, directory }
}

/** Peak and mean loudness of a clip, 0 … 1, out of its µ-law bytes. */
async function loudness(clip: Clip): Promise<{ peak: number; mean: number; bytes: number }> {
  const audio = await readFile(`${clip.file}.ulaw`)
  const levels = [...audio].map((byte) => Math.abs(linearOf[byte] ?? 0) / 32_124)
  const squares = levels.reduce((sum, level) => sum + level ** 2, 0)
  return { peak: Math.max(...levels), mean: Math.sqrt(squares / levels.length), bytes: audio.length }
}

t.test('text becomes loud, unclipped telephone audio in both languages', async (t) => {
  const { prompts } = await open(t)
  for (const [language, text] of [
    ['en', 'Welcome. For your balance press 1.'],
    ['zh-CN', '欢迎致电，查询余额请按1。']
  ] as const) {
    const [clip] = await prompts.render([{ kind: 'text', text }], language, patience())
    t.ok(clip)
    if (clip === undefined) continue
    const { peak, mean, bytes } = await loudness(clip)
    t.equal(clip.durationMs, Math.ceil(bytes / 8), 'the length is that of the file')
    t.ok(clip.durationMs > 1500 && clip.durationMs < 6000, `${language} takes ${clip.durationMs} ms`)
    t.ok(peak < 0.9, `${language} peak ${peak}`)
    t.ok(mean > 0.04, `${language} mean ${mean}`)
  }
})

t.test('what is said is equally loud, whatever its peaks, its pauses and its engine', async (t) => {
  const audioDirectory = await folder(t)
  const make = (name: string, ...effects: string[]) =>
    runProgram('sox', ['-R', '-n', '-r', '16000', '-c', '1', join(audioDirectory, `${name}.wav`), ...effects], '', patience())
  // The same noise (-R: the same in every run): loud, quiet, and with more pauses than sound.
  await make('loud', 'synth', '2', 'pinknoise', 'gain', '-n', '-3')
  await make('quiet', 'synth', '2', 'pinknoise', 'gain', '-n', '-35')
  await make('pauses', 'synth', '1', 'pinknoise', 'gain', '-n', '-15', 'pad', '2', '2')
  const { prompts } = await open(t, { audioDirectory })

  const levels = await Promise.all(
    ['loud', 'quiet', 'pauses'].map(async (name) => {
      const [clip] = await prompts.render([{ kind: 'audio', name }], 'en', patience())
      const audio = (await readFile(`${clip?.file}.ulaw`)).filter((byte) => Math.abs(linearOf[byte] ?? 0) > 30)
      const power = audio.reduce((sum, byte) => sum + ((linearOf[byte] ?? 0) / 32_124) ** 2, 0) / audio.length
      return 10 * Math.log10(power)
    })
  )
  t.ok(
    levels.every((level) => Math.abs(level + 20) < 1.5),
    `levels in dB: ${levels.map((level) => level.toFixed(1))}`
  )
})

t.test('a prompt of many parts is a list of clips in their order', async (t) => {
  const { prompts } = await open(t)
  const before = await prompts.render([{ kind: 'text', text: 'Your balance is' }], 'en', patience())
  const clips = await prompts.render(
    [
      { kind: 'text', text: 'Your balance is' },
      { kind: 'money', amount: 21.5, currency: 'USD' },
      { kind: 'pause', ms: 700 },
      { kind: 'digits', digits: '40' },
      { kind: 'text', text: '  ' }
    ],
    'en',
    patience()
  )
  t.equal(clips.length, 1 + 'twenty one dollars and fifty cents'.split(' ').length + 1 + 2)
  t.equal(clips[0]?.file, before[0]?.file)
  t.equal(clips[7]?.durationMs, 700)
  t.equal(
    (await readFile(`${clips[7]?.file}.ulaw`)).every((byte) => byte === 0xff),
    true,
    'a pause is silent'
  )
})

t.test('dates, times, lengths, phone numbers, places and counts are lists of words that are there already', async (t) => {
  const { prompts } = await open(t, { flowVoices: { warm: { espeak: 'f3' } } })
  const parts: readonly PromptPart[] = [
    { kind: 'date', iso: '2026-11-22T09:05:00Z' },
    { kind: 'time', iso: '2026-11-22T09:05:00Z' },
    { kind: 'duration', ms: 61_000 },
    { kind: 'ordinal', value: 21 },
    { kind: 'count', value: 2, unit: 'people' },
    { kind: 'phone', number: '555-01' }
  ]
  await prompts.prepareVocabulary(['warm'])
  const { misses } = prompts.stats()
  for (const language of ['en', 'zh-CN']) {
    const clips = await prompts.render(parts, language, patience())
    const warm = await prompts.inVoice('warm').render(parts, language, patience())
    t.equal(warm.length, clips.length)
    t.equal(clips.length, language === 'en' ? 6 + 4 + 5 + 2 + 2 + 6 : 12 + 6 + 4 + 4 + 2 + 6)
    t.equal(clips.at(-3)?.durationMs, 250, 'a breath between the groups of a phone number')
  }
  t.equal(prompts.stats().misses, misses + 1, 'only the breath is made')
  for (const part of [
    { kind: 'date', iso: '2026-02-29' },
    { kind: 'time', iso: 'noon' },
    { kind: 'digits', digits: '1'.repeat(100_000) },
    { kind: 'phone', number: '1'.repeat(100_000) }
  ] as const) {
    await t.rejects(prompts.render([part], 'en', patience()), { code: 'SPEECH_UNREADABLE', blame: 'flow' })
  }
})

t.test('a voice of the centre says texts and numbers in its own way, and recordings as they are', async (t) => {
  const flowVoices = { warm: { espeak: 'f3' }, plain: {} }
  const { prompts, directory } = await open(t, { flowVoices })
  const say = async (part: PromptPart, voice?: string, language = 'zh-CN') => {
    const spoken = voice === undefined ? prompts : prompts.inVoice(voice)
    return (await spoken.render([part], language, patience())).map(({ file }) => file)
  }
  for (const language of ['zh-CN', 'en'])
    for (const part of [
      { kind: 'text', text: 'Hello 你好' },
      { kind: 'number', value: 21 }
    ] as const) {
      const [usual, warm] = [await say(part, undefined, language), await say(part, 'warm', language)]
      t.equal(usual.length, warm.length)
      for (const [index, file] of usual.entries())
        t.notSame(await readFile(`${file}.ulaw`), await readFile(`${warm[index]}.ulaw`), `${part.kind} in ${language}`)
      t.same(await say(part, 'plain', language), usual, 'a voice that says nothing of an engine is its ordinary one')
    }
  t.same(await say({ kind: 'pause', ms: 500 }, 'warm'), await say({ kind: 'pause', ms: 500 }))

  await prompts.inVoice('warm').prepare([{ kind: 'text', text: 'Goodbye' }], 'en')
  const { misses } = prompts.stats()
  await say({ kind: 'text', text: 'Goodbye' }, 'warm', 'en')
  t.equal(prompts.stats().misses, misses, 'nobody waits for what is fixed')

  t.throws(() => prompts.inVoice('cold'), { code: 'SPEECH_NO_VOICE' })
  await t.rejects(open(t, { directory, flowVoices: { odd: { espeak: 'nobody' } } }), {
    code: 'SPEECH_NO_VOICE',
    details: { voice: 'odd', espeak: 'nobody' }
  })
})

t.test('a long number that nobody has said yet is no leak', async (t) => {
  const { prompts } = await open(t)
  const warnings: Error[] = []
  const listen = (warning: Error) => void warnings.push(warning)
  process.on('warning', listen)
  t.teardown(() => process.off('warning', listen))
  const clips = await prompts.render([{ kind: 'digits', digits: '0123456789ABCD' }], 'en', new AbortController().signal)
  t.equal(clips.length, 14)
  t.same(warnings, [])
})

t.test('the same content is made once, also by requests at the same time and by a later process', async (t) => {
  const { prompts, directory } = await open(t)
  const part = { kind: 'text', text: 'Please hold the line' } as const
  const same = await Promise.all(Array.from({ length: 20 }, () => prompts.render([part], 'en', patience())))
  t.equal(new Set(same.map(([clip]) => clip?.file)).size, 1)
  t.equal((await readdir(directory)).length, 1, 'one file and nothing half-written')
  await prompts.render([part], 'en', patience())
  t.match(prompts.stats(), { clips: 1, underWay: 0, hits: 1 })

  const { prompts: later } = await open(t, { directory })
  t.same(await later.render([part], 'en', patience()), same[0])
  t.match(later.stats(), { hits: 1, misses: 0 })
  await later.render([part], 'zh-CN', patience())
  t.match(later.stats(), { misses: 1 }, 'another language is other content')
})

t.test('what the disk does not take is a fault with a name, and is spoken again when it does', async (t) => {
  const { prompts, directory } = await open(t)
  const part = { kind: 'text', text: 'There is no room for this' } as const
  await rm(directory, { recursive: true })
  await t.rejects(prompts.render([part], 'en', patience()), { code: 'PROMPT_NOT_STORED', blame: 'server' })
  await mkdir(directory)
  t.match(await prompts.render([part], 'en', patience()), [{ durationMs: Number }])
  t.equal((await readdir(directory)).length, 1)
})

t.test('a caller who leaves takes only their own request with them', async (t) => {
  const cache = await ClipCache.open({ directory: await folder(t), bytesMax: 1e6, now: Date.now, log: quiet })
  let made = 0
  let stopped = 0
  let finish: (audio: Buffer) => void = () => undefined
  const make = (signal: AbortSignal) =>
    new Promise<Buffer>((resolve, reject) => {
      made++
      finish = resolve
      signal.addEventListener('abort', () => {
        stopped++
        reject(signal.reason)
      })
    })
  const leaving = new AbortController()
  const staying = new AbortController()
  const first = cache.clip('k', make, false, leaving.signal)
  const second = cache.clip('k', make, false, staying.signal)
  leaving.abort(new Error('hung up'))
  await t.rejects(first, { message: 'hung up' })
  t.equal(stopped, 0, 'the other one still wants it')
  finish(Buffer.alloc(800))
  t.equal((await second).durationMs, 100)
  t.equal(made, 1)

  const alone = new AbortController()
  const third = cache.clip('other', make, false, alone.signal)
  alone.abort(new Error('hung up'))
  await t.rejects(third, { message: 'hung up' })
  t.equal(stopped, 1, 'nobody waits: the work is stopped')
  t.equal(cache.stats().underWay, 0)
})

t.test('a program is killed when the caller leaves, and its failure is told', async (t) => {
  const pidFile = join(await folder(t), 'pid')
  const leaving = new AbortController()
  const running = runProgram('sh', ['-c', 'echo $$ > "$0"; exec sleep 60', pidFile], '', leaving.signal)
  const pid = await until(async () => Number(await readFile(pidFile, 'utf8').catch(() => '')) || undefined, {
    what: 'the child has started'
  })
  leaving.abort(new Error('hung up'))
  await t.rejects(running, { message: 'hung up' })
  t.throws(() => process.kill(pid, 0), { code: 'ESRCH' }, 'the child has gone')
  await t.rejects(runProgram('sh', ['-c', 'echo broken >&2; exit 3'], '', patience()), {
    code: 'SPEECH_FAILED',
    blame: 'upstream',
    details: { code: 3, complaint: 'broken' }
  })
})

t.test('a missing program is told with the package that brings it', async (t) => {
  for (const [open, debianPackage] of [
    [() => openEspeak('/nowhere/espeak-ng'), 'espeak-ng'],
    [() => openTelephoneAudio('/nowhere/sox'), 'sox']
  ] as const) {
    const fault = await open().then(
      () => undefined,
      (error: unknown) => error
    )
    t.type(fault, AppError)
    t.match(fault, { code: 'SPEECH_PROGRAM_MISSING', message: new RegExp(`apt-get install ${debianPackage}`) })
  }
})

t.test('text is data for the engine, never an option, a command or a phoneme list', async (t) => {
  const { prompts } = await open(t)
  const texts = ['--version', '$(touch /tmp/x); `id` | cat', '[[hello]]', '-v nosuchvoice hello', '<speak>hello</speak>', '…']
  for (const text of texts) {
    const [clip] = await prompts.render([{ kind: 'text', text }], 'en', patience())
    t.ok((clip?.durationMs ?? 0) >= 20, text)
  }
})

t.test('recordings: the one of the language wins, any format, converted again when replaced', async (t) => {
  const directory = await folder(t)
  const audioDirectory = join(directory, 'audio')
  await mkdir(audioDirectory)
  const tone = (file: string, seconds: string) =>
    runProgram(
      'sox',
      ['-n', '-r', '44100', '-c', '2', join(audioDirectory, file), 'synth', seconds, 'sine', '440', 'vol', '0.1'],
      '',
      patience()
    )
  await mkdir(join(audioDirectory, 'zh-CN'))
  await tone('welcome.wav', '1')
  await tone('zh-CN/welcome.flac', '2')
  await tone('telephone.ul', '1')

  const { prompts } = await open(t, { audioDirectory })
  const welcome = async (language: string) =>
    (await prompts.render([{ kind: 'audio', name: 'welcome' }], language, patience()))[0]
  t.equal((await welcome('en'))?.durationMs, 1000)
  const chinese = await welcome('zh-CN')
  t.equal(chinese?.durationMs, 2000)
  if (chinese !== undefined) t.ok((await loudness(chinese)).mean > 0.08, 'a quiet recording is made as loud as the rest')

  await copyFile(join(audioDirectory, 'zh-CN/welcome.flac'), join(audioDirectory, 'welcome.flac'))
  await rm(join(audioDirectory, 'welcome.wav'))
  // As the watch over the flows does when a recording changes; by itself it is looked at again after a second.
  await prompts.prepare([{ kind: 'audio', name: 'welcome' }], 'en')
  t.equal((await welcome('en'))?.file, chinese?.file, 'the same content is the same clip')

  t.equal(prompts.hasAudio('welcome', 'fr'), true)
  t.equal(prompts.hasAudio('goodbye', 'en'), false)
  t.equal(prompts.hasAudio('../welcome', 'en'), false)
  t.equal(prompts.hasAudio('zh-CN/welcome', 'en'), true)
  await t.rejects(prompts.render([{ kind: 'audio', name: 'goodbye' }], 'en', patience()), {
    code: 'AUDIO_MISSING',
    blame: 'flow'
  })

  await mkdir(join(directory, 'outside'))
  await copyFile(join(audioDirectory, 'telephone.ul'), join(directory, 'outside/secret.ul'))
  await symlink(join(directory, 'outside/secret.ul'), join(audioDirectory, 'linked.ul'))
  await symlink(join(directory, 'outside'), join(audioDirectory, 'folder'))
  await symlink('circle.ul', join(audioDirectory, 'circle.ul'))
  await symlink('telephone.ul', join(audioDirectory, 'inside.ul'))
  for (const name of [
    ...['../outside/secret', 'zh-CN/../../outside/secret', '..', './telephone', 'zh-CN//welcome', '.', ''],
    ...[join(directory, 'outside/secret'), '/etc/passwd', 'telephone\0', 'telephone\0.ul', '..\\outside\\secret'],
    ...['linked', 'folder/secret', 'circle', '%2e%2e/outside/secret', 'x'.repeat(5000)]
  ]) {
    const shown = JSON.stringify(name).slice(0, 60)
    t.equal(prompts.hasAudio(name, 'en'), false, shown)
    t.equal(recordingsOf(directory)(name, 'en'), false, `${shown}, as flow check sees it`)
    await t.rejects(prompts.render([{ kind: 'audio', name }], 'en', patience()), { code: 'AUDIO_MISSING' }, shown)
  }
  t.equal(prompts.hasAudio('inside', 'en'), true, 'a link within the folder is a recording')
  t.equal(recordingsOf(directory)('inside', 'en'), true)
  await writeFile(join(audioDirectory, 'broken.wav'), 'this is no audio')
  await t.rejects(prompts.render([{ kind: 'audio', name: 'broken' }], 'en', patience()), { code: 'SPEECH_FAILED' })
})

t.test('the cache makes room by last use and keeps what live flows need', async (t) => {
  let now = 1_000_000_000
  const directory = await folder(t)
  const cache = await ClipCache.open({ directory, bytesMax: 2_500, now: () => now, log: quiet })
  const clip = (key: string, keep = false) => cache.clip(key, async () => Buffer.alloc(1000), keep, patience())
  await clip('kept', true)
  await clip('old')
  await clip('busy')
  t.equal(cache.stats().clips, 3, 'what was used a moment ago may still be played, so it stays')
  now += 3_600_000
  await clip('busy')
  await clip('new')
  t.same((await readdir(directory)).sort(), ['busy.ulaw', 'kept.ulaw', 'new.ulaw'])
  t.match(cache.stats(), { evicted: 1, kept: 1, bytes: 3000 })
})

t.test('files of an earlier process are taken over in the order of their age, half-written ones removed', async (t) => {
  const directory = await folder(t)
  for (const [name, age] of [
    ['young.ulaw', 100],
    ['oldest.ulaw', 900],
    ['torn.part', 5]
  ] as const) {
    await writeFile(join(directory, name), Buffer.alloc(1000))
    const at = Date.now() / 1000 - age * 60
    await utimes(join(directory, name), at, at)
  }
  const cache = await ClipCache.open({ directory, bytesMax: 2_000, now: Date.now, log: quiet })
  await cache.clip('next', async () => Buffer.alloc(1000), false, patience())
  t.same((await readdir(directory)).sort(), ['next.ulaw', 'young.ulaw'])
})

t.test('spoken numbers need no engine after the vocabulary was prepared', async (t) => {
  const { prompts } = await open(t)
  await prompts.prepareVocabulary()
  const { misses, kept, clips } = prompts.stats()
  t.equal(kept, clips)
  await prompts.prepare([{ kind: 'text', text: 'Goodbye' }], 'en')
  for (const language of ['en', 'zh-CN']) {
    await prompts.render([{ kind: 'number', value: -9_876_543_210.25 }], language, patience())
    await prompts.render([{ kind: 'money', amount: 2_222.22, currency: 'CNY' }], language, patience())
    await prompts.render([{ kind: 'digits', digits: '0123456789' }], language, patience())
  }
  t.equal(prompts.stats().misses, misses + 1, 'only the text was new')
})

t.test('different content never shares a key', async (t) => {
  t.not(contentKey('ab', 'c'), contentKey('a', 'bc'))
})

t.test('closing stops what is being made', async (t) => {
  const bin = await folder(t)
  const slow = join(bin, 'espeak-ng')
  await writeFile(slow, '#!/bin/sh\n[ "$1" = --version ] && { echo 1.51; exit; }\nexec sleep 60\n')
  await chmod(slow, 0o755)
  const engine = await openEspeak(slow)
  const cache = await ClipCache.open({ directory: await folder(t), bytesMax: 1e6, now: Date.now, log: quiet })
  const voice = { name: 'en', wordsPerMinute: 160 }
  const waiting = cache.clip('k', (signal) => engine.synthesize('hello', voice, signal), false, patience())
  const refused = t.rejects(waiting, { message: 'The prompt cache is closed' })
  await cache.close()
  await refused
  t.equal(cache.stats().underWay, 0)
})
