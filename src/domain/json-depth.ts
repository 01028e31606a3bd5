/** Deeper than anybody writes; from some thousands on neither JSON.stringify nor PostgreSQL follow any more. */
export const JSON_DEPTH_MAX = 100

/** Whether what came in as JSON nests no deeper than we can write it again. */
export function isShallow(value: unknown, depthMax: number = JSON_DEPTH_MAX): boolean {
  if (typeof value !== 'object' || value === null) return true
  return depthMax > 0 && Object.values(value).every((inner) => isShallow(inner, depthMax - 1))
}
