import * as z from 'zod'
import { headSchema } from './flow-schema.ts'
import { stepSchemas } from './step-schemas.ts'

/** The JSON Schema of flow files, for completion in editors. Looser than the compiler, which knows the centre and the other flows. */
export function flowJsonSchema(): object {
  const kinds = Object.values(stepSchemas).map((schema) => plain(schema))
  const head = plain(headSchema)
  const properties = { ...(head.properties as object), steps: stepsOf(kinds.map(({ $defs: _, ...kind }) => kind)) }
  // A schema that contains itself is referred to from the root, wherever it is used.
  const $defs = Object.assign({}, ...kinds.map((kind) => kind.$defs)) as object
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'Switchboard call flow', ...head, properties, $defs }
}

function stepsOf(kinds: readonly object[]): object {
  return {
    type: 'object',
    description: headSchema.shape.steps.description,
    propertyNames: { pattern: '^[a-zA-Z_][\\w-]*$' },
    additionalProperties: { anyOf: kinds }
  }
}

function plain(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', override: ({ jsonSchema }) => untitled(jsonSchema) })
  return rest
}

/** Titles are made for the tables of the reference; editors would show them in front of the description. */
function untitled(jsonSchema: { title?: string | undefined }): void {
  delete jsonSchema.title
}
