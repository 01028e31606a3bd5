import type { FastifyReply, FastifyRequest } from 'fastify'
import { knownLanguage, type ToldLanguage } from '../flow/words/told-in.ts'

/** The language in which to tell a client things, by its Accept-Language; says so in the headers of the answer. */
export function toldLanguage(request: Pick<FastifyRequest, 'headers'>, reply: FastifyReply): ToldLanguage {
  const language = preferred(request.headers['accept-language'] ?? '')
  reply.header('content-language', language).header('vary', 'accept-language')
  return language
}

/** RFC 9110 §12.5.4: the tag of the highest weight that we know; English when there is none. */
function preferred(header: string): ToldLanguage {
  let best: { readonly language: ToldLanguage; readonly weight: number } | undefined
  for (const part of header.split(',')) {
    const [tag = '', ...parameters] = part.split(';').map((text) => text.trim())
    const language = knownLanguage(tag)
    const q = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2)
    const weight = q === undefined ? 1 : Number(q)
    if (language !== undefined && weight > (best?.weight ?? 0)) best = { language, weight }
  }
  return best?.language ?? 'en'
}
