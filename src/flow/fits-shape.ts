import type { ExpectedField, FieldType } from './step.ts'

/** Whether an answer has the fields a flow goes on to use. More than those is fine. */
export function fitsShape(body: unknown, fields: readonly ExpectedField[]): boolean {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false
  return fields.every(({ name, type, optional }) => {
    const value: unknown = Object.hasOwn(body, name) ? (body as Record<string, unknown>)[name] : undefined
    return value === undefined || value === null ? optional : type === 'any' || typeOf(value) === type
  })
}

function typeOf(value: unknown): FieldType {
  if (Array.isArray(value)) return 'list'
  const type = typeof value
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'map'
}
