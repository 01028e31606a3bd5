import { z } from 'zod'
import type { App } from '../app-type.ts'
import type { HttpOptions } from '../http-options.ts'

const facts = z.object({
  version: z.string(),
  demo: z.boolean(),
  sipPath: z.string().describe('Where browser phones connect'),
  numbers: z
    .array(z.object({ number: z.string(), title: z.string() }))
    .describe('What visitors may call; empty without the demo'),
  embeddedIn: z.array(z.string()).readonly().describe('Origins of applications that may show the console in a frame'),
  customers: z
    .array(z.object({ name: z.string(), number: z.string(), note: z.string().optional() }))
    .describe('Whom visitors may play')
})

/** What the page needs to know before anybody has signed in. */
export function consoleFactsRoutes(app: App, { version, demo, flows, embeddedIn }: HttpOptions): void {
  app.get(
    '/api/v1/console',
    { schema: { tags: ['demo'], summary: 'What the page starts with', response: { 200: facts } } },
    async () => ({
      version,
      demo: demo !== undefined,
      sipPath: '/sip',
      embeddedIn,
      numbers:
        demo === undefined
          ? []
          : flows().flatMap(({ numbers, describe, name }) =>
              numbers.filter(isDialable).map((number) => ({ number, title: describe || name }))
            ),
      customers: (demo?.customers() ?? []).flatMap(({ name, numbers: [number], segment, flags }) =>
        number === undefined ? [] : [{ name, number, note: [segment, ...flags].join(', ') }]
      )
    })
  )
}

/** A pattern is no number. */
function isDialable(number: string): boolean {
  return !number.endsWith('*')
}
