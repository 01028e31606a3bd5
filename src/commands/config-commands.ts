import type { Command } from 'commander'
import type { RemoteOptions } from './remote/remote-api.ts'
import { server } from './told-options.ts'

/** Those of `switchboard config …`, which ask a running server. */
export function addConfigCommands(config: Command): void {
  config
    .command('history')
    .description('the versions of the configuration that were live, the newest first')
    .option('--json', 'print them as JSON')
    .addOption(server())
    .action(async (options: RemoteOptions & { json?: boolean }) => {
      const { remote, api } = await load(options)
      process.stdout.write(await remote.configurationHistory(api, options.json))
    })

  config
    .command('diff')
    .description('what changed; exit code 0: nothing, 1: something, 2: they cannot be compared')
    .argument('<old>', 'one that `config history` lists')
    .argument('[new]', 'another one; default: what is live')
    .addOption(server())
    .action(async (old: string, now: string | undefined, options: RemoteOptions) => {
      process.exitCode = 2
      const { remote, api } = await load(options)
      const { text, same } = await remote.configurationDiff(api, old, now)
      process.stdout.write(text)
      process.exitCode = same ? 0 : 1
    })

  config
    .command('rollback')
    .description('check an earlier version with all live flows, write it and put it live again; nobody loses a place or a call')
    .argument('<version>', 'one that `config history` lists')
    .addOption(server())
    .action(async (version: string, options: RemoteOptions) => {
      const { remote, api } = await load(options)
      process.stdout.write(await remote.rollBackRemoteConfiguration(api, version))
    })
}

async function load(options: RemoteOptions) {
  const [remote, { remoteApi }] = await Promise.all([
    import('./remote/remote-configuration.ts'),
    import('./remote/remote-api.ts')
  ])
  return { remote, api: remoteApi(options) }
}
