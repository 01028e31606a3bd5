import { readFileSync } from 'node:fs'
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { AppError } from '../domain/errors.ts'

/** Reads a YAML file against a schema. Throws an AppError whose `problems` read `file:line:column key: what is wrong`. */
export function readYaml<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  prepare: (raw: unknown) => unknown
): z.output<Schema> {
  const lines = new LineCounter()
  const document = parseDocument(readText(file), { lineCounter: lines, prettyErrors: false })
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  if (document.errors.length > 0) throw invalid(document.errors.map((error) => `${place(error.pos[0])} ${error.message}`))

  const result = schema.safeParse(prepare(document.toJS()))
  if (result.success) return result.data
  throw invalid(result.error.issues.map((issue) => describe(issue, (path) => place(offsetOf(document.contents, path)))))
}

function describe(issue: z.core.$ZodIssue, place: (path: readonly PropertyKey[]) => string): string {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${place([...issue.path, key])} ${[...issue.path, key].join('.')}: unknown key`).join('; ')
  }
  // Zod reports a bad key of a record at the record itself; the key's own complaint says more.
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message
  return `${place(issue.path)} ${issue.path.join('.')}: ${message}`
}

/** Where the value of a path begins; for something missing, where its nearest parent begins; for a key of a map, the key. */
function offsetOf(contents: unknown, path: readonly PropertyKey[]): number {
  let node = contents
  let offset = 0
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
      if (isScalar(pair?.key)) offset = pair.key.range?.[0] ?? offset
      node = pair?.value
    } else {
      node = (node as { items?: unknown[] } | undefined)?.items?.[Number(step)]
      offset = (node as { range?: [number] } | undefined)?.range?.[0] ?? offset
    }
  }
  return isScalar(node) ? (node.range?.[0] ?? offset) : offset
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new AppError('CONFIG_UNREADABLE', 'client', 'The configuration file cannot be read', {
      details: { problems: [`${file}: ${String(cause)}`] },
      cause
    })
  }
}

function invalid(problems: readonly string[]): AppError {
  return new AppError('CONFIG_INVALID', 'client', 'The configuration is wrong', { details: { problems } })
}
