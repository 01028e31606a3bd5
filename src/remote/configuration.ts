import type { Api } from './api.ts'

export interface RemoteConfigurationVersion {
  readonly version: string
  readonly since: string
  readonly by: string
}

const path = '/api/v1/configuration'

/** The versions of the configuration that were live, the newest first. */
export function listConfigurationVersions(api: Api): Promise<{ readonly items: readonly RemoteConfigurationVersion[] }> {
  return api.get(`${path}/versions`)
}

/** All lines; those that are gone begin with `-`, new ones with `+`. Without `to`: up to what is live. */
export function diffConfiguration(api: Api, from: string, to?: string): Promise<{ readonly lines: readonly string[] }> {
  const query = to === undefined ? '' : `?to=${encodeURIComponent(to)}`
  return api.get(`${path}/versions/${encodeURIComponent(from)}/diff${query}`)
}

/** Puts an earlier version live again; `afterRestart` are the parts that wait for the next start. */
export function rollBackConfiguration(
  api: Api,
  version: string
): Promise<{ readonly version: string; readonly afterRestart: readonly string[] }> {
  return api.send('POST', `${path}/rollback`, { version })
}
