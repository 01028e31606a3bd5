import type { Command } from 'commander'
import type { WantedCalls } from '../remote/calls.ts'
import type { RemoteOptions } from './remote/remote-api.ts'
import { server } from './told-options.ts'

interface Options extends RemoteOptions, WantedCalls {
  readonly json?: boolean
}

/** Those of `switchboard calls …`, which ask a running server. */
export function addCallCommands(calls: Command): void {
  during(calls.command('list').description('calls, the newest first'))
    .option('--caller <number>', 'who called')
    .option('--agent <agent>', 'whom they talked to')
    .option('--queue <queue>', 'a queue they were in')
    .option('--limit <number>', 'so many at most (default: 50)')
    .addOption(server())
    .action(async ({ json, server, language, ...wanted }: Options) => {
      const { remote, api } = await load({ server, language })
      process.stdout.write(await remote.listRemoteCalls(api, wanted, json))
    })

  during(calls.command('story').description('all that happened in a call, line by line: for complaints'))
    .argument('<call>', 'id of the call, or number of the caller: their newest one then')
    .addOption(server())
    .action(async (which: string, { json, server, language, ...wanted }: Options) => {
      const { remote, api } = await load({ server, language })
      process.stdout.write(await remote.remoteStory(api, which, wanted, json))
    })
}

function during(command: Command): Command {
  return command
    .option('--from <time>', 'began at or after, such as 2026-11-22T09:00:00+08:00')
    .option('--to <time>', 'began before')
    .option('--json', 'print it as JSON')
}

async function load({ server, language }: { [Key in keyof RemoteOptions]: RemoteOptions[Key] | undefined }) {
  const [remote, { remoteApi }] = await Promise.all([import('./remote/remote-calls.ts'), import('./remote/remote-api.ts')])
  const options = { ...(server !== undefined && { server }), ...(language !== undefined && { language }) }
  return { remote, api: remoteApi(options) }
}
