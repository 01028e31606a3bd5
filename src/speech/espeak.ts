import { programVersion } from './program-version.ts'
import { runProgram } from './run-program.ts'
import type { TextToSpeech } from './text-to-speech.ts'

/** espeak-ng: small, offline, about 20 ms a sentence. Throws when it is not installed. */
export async function openEspeak(program = 'espeak-ng'): Promise<TextToSpeech> {
  const version = await programVersion(program, 'espeak-ng')
  return {
    version: `espeak-ng ${version}`,
    speakerOf: ({ espeak: { voice: name, wordsPerMinute, write } }) => ({ voice: { name, wordsPerMinute }, write }),
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
