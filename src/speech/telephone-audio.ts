import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { RealSignal } from '../domain/abort.ts'
import { programVersion } from './program-version.ts'
import { runProgram } from './run-program.ts'
import { gainFor } from './speech-level.ts'

/** Bytes of 8 kHz µ-law a millisecond. */
export const BYTES_PER_MS = 8
/** The µ-law byte of silence. */
const SILENCE = 0xff
/** Asterisk sends 20 ms frames; anything shorter is nothing to play. */
const FRAME_BYTES = 20 * BYTES_PER_MS

/** Cuts what is quieter than 0.4 % at both ends and leaves 40 ms, so that words can follow each other. */
const trimmed = ['silence', '1', '0.01', '0.4%', 'reverse', 'silence', '1', '0.01', '0.4%', 'pad', '0.04', 'reverse']
/** 8 kHz, mono, 16 bit: what is measured. */
const linear = ['-t', 'raw', '-r', '8000', '-c', '1', '-e', 'signed', '-b', '16', '-L', '-']
/** Raw µ-law, 8 kHz, mono: what Asterisk plays on a G.711 call without transcoding. */
const telephone = ['-t', 'raw', '-r', '8000', '-c', '1', '-e', 'mu-law', '-b', '8', '-']

/** Turns audio into what Asterisk plays on a telephone call. */
export interface TelephoneAudio {
  readonly version: string
  /** Speech of an engine: a WAV, silent ends cut. */
  fromSpeech(wav: Buffer, signal: RealSignal): Promise<Buffer>
  /** A recording in any format that sox reads; its pauses are kept. */
  fromFile(file: string, signal: RealSignal): Promise<Buffer>
}

/** sox at work. Throws when it is not installed. */
export async function openTelephoneAudio(program = 'sox'): Promise<TelephoneAudio> {
  const version = await programVersion(program, 'sox')
  // `-D`: no dither, so the same input makes the same file.
  const sox = (args: readonly string[], input: Buffer, signal: RealSignal) =>
    runProgram(program, ['-V1', '-D', ...args], input, signal)
  const convert = async (format: string, input: Buffer, effects: readonly string[], signal: RealSignal) => {
    // Room for what the change of rate overshoots; the gain below brings it back.
    const quiet = ['gain', '-3', 'rate', '8000', ...effects]
    const sound = await sox([...readAs(format), ...linear, ...quiet], input, signal)
    return playable(await sox([...linear, ...telephone, 'gain', gainFor(sound).toFixed(2)], sound, signal))
  }

  return {
    version: `sox ${version}, by speech level`,
    fromSpeech: (wav, signal) => convert('wav', wav, trimmed, signal),
    fromFile: async (file, signal) => convert(extname(file).slice(1).toLowerCase(), await readFile(file, { signal }), [], signal)
  }
}

/** Raw formats carry no header: telephone rate is what they are by convention. */
function readAs(format: string): readonly string[] {
  const atTelephoneRate = ['-r', '8000', '-c', '1']
  const known: Readonly<Record<string, readonly string[]>> = {
    ulaw: ['-t', 'ul', ...atTelephoneRate],
    alaw: ['-t', 'al', ...atTelephoneRate],
    sln: ['-t', 's16', ...atTelephoneRate],
    gsm: ['-t', 'gsm', ...atTelephoneRate],
    // The engine writes to a pipe and cannot go back to put the length into the header.
    wav: ['--ignore-length', '-t', 'wav']
  }
  return [...(known[format] ?? ['-t', format]), '-']
}

/** At least one frame: silence for what has no sound. */
function playable(audio: Buffer): Buffer {
  return audio.length >= FRAME_BYTES ? audio : Buffer.concat([audio, silence(FRAME_BYTES / BYTES_PER_MS)])
}

/** Nothing, for that long. */
export function silence(ms: number): Buffer {
  return Buffer.alloc(Math.max(FRAME_BYTES, Math.round(ms) * BYTES_PER_MS), SILENCE)
}
