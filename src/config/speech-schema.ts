import { z } from 'zod'
import { name } from './names.ts'

const namedVoice = z.strictObject({
  espeak: z
    .string()
    .regex(/^[\w-]+$/, 'expected a variant of espeak-ng, e.g. f3')
    .optional()
    .describe('Variant of espeak-ng, such as f3: `espeak-ng --voices=variant`. Default: its ordinary voice'),
  service: z
    .union([z.string().min(1), z.record(z.string(), z.string().min(1))])
    .optional()
    .describe('Voice of the service, or language → voice. Default: its voice for the language')
})

/** Voices that flows may ask for. */
const namedVoices = z
  .record(name, namedVoice)
  .default({})
  .describe('Name → voice that flows may take by `defaults: { voice: NAME }`. Default: none')

/** What makes speech out of text. */
export const speech = z.discriminatedUnion('provider', [
  z.strictObject({ provider: z.literal('espeak'), flow_voices: namedVoices }),
  z.strictObject({
    provider: z.literal('http').describe('A service that speaks the OpenAI API; espeak-ng stands in when it fails'),
    url: z.url({ protocol: /^https?$/ }).describe('What /audio/speech is put behind, e.g. https://host/v1'),
    model: z.string().min(1).describe('Model of the service'),
    voices: z
      .record(z.string().regex(/^[a-z]{2,3}(-\w+)*$/, 'expected a language, e.g. zh-CN'), z.string().min(1))
      .describe('Language → voice of the service; a language left out is spoken by espeak-ng'),
    flow_voices: namedVoices
  })
])
