import type { Api } from './api.ts'

/** What the compiler has to say of a flow on the server. */
export interface RemoteFinding {
  readonly severity: 'error' | 'warning'
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly frame: string
}

export interface RemoteFlow {
  readonly name: string
  readonly describe: string
  readonly version: string
  readonly numbers: readonly string[]
  readonly languages: readonly string[]
  readonly since?: string
  readonly problem?: string
}

export interface RemoteVersion {
  readonly version: string
  readonly file: string
  readonly since: string
  readonly by: string
}

interface Put {
  readonly name: string
  readonly version: string
  readonly findings: readonly RemoteFinding[]
}

/** The flows that are live, and what is wrong with the files. */
export function listFlows(
  api: Api
): Promise<{ readonly items: readonly RemoteFlow[]; readonly findings: readonly RemoteFinding[] }> {
  return api.get('/api/v1/flows')
}

/** The versions of a flow, the newest first. */
export function listVersions(api: Api, name: string): Promise<{ readonly items: readonly RemoteVersion[] }> {
  return api.get(`/api/v1/flows/${encodeURIComponent(name)}/versions`)
}

/** One version of a flow; without a version the live one. */
export async function readVersion(
  api: Api,
  name: string,
  version: string
): Promise<{ readonly version: string; readonly source: string }> {
  return api.get(`/api/v1/flows/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`)
}

export function putFlow(api: Api, name: string, source: string): Promise<Put> {
  return api.send('PUT', `/api/v1/flows/${encodeURIComponent(name)}`, { source })
}

export function rollBack(api: Api, name: string, version: string): Promise<Put> {
  return api.send('POST', `/api/v1/flows/${encodeURIComponent(name)}/rollback`, { version })
}
