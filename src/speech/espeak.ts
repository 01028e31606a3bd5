import { programVersion } from './program-version.ts'
import { runProgram } from './run-program.ts'
import type { TextToSpeech } from './text-to-speech.ts'

/** The variants of its voices by the names that `-v voice+NAME` takes: it falls back to the ordinary voice for others, without a word. */
export async function espeakVariants(program = 'espeak-ng'): Promise<ReadonlySet<string>> {
  const told = await runProgram(program, ['--voices=variant'], '', AbortSignal.timeout(10_000))
  return new Set([...told.toString().matchAll(/!v\/(\S+)/g)].map(([, name = '']) => name))
}

/** espeak-ng: small, offline, about 20 ms a sentence. Throws when it is not installed. */
export async function openEspeak(program = 'espeak-ng'): Promise<TextToSpeech> {
  const version = await programVersion(program, 'espeak-ng')
  return {
    version: `espeak-ng ${version}`,
    speakerOf: ({ espeak: { voice, wordsPerMinute, write } }, named) => ({
      voice: { name: named?.espeak === undefined ? voice : `${voice}+${named.espeak}`, wordsPerMinute },
      write
    }),
    // `-b 1`: the input is UTF-8 whatever the locale. `[[` would switch espeak-ng to reading phoneme names.
    synthesize: (text, { name, wordsPerMinute }, signal) =>
      runProgram(
        program,
        ['-v', name, '-s', String(wordsPerMinute), '-b', '1', '--stdin', '--stdout'],
        text.replaceAll('[[', '['),
        signal
      )
  }
}
