import { type Command, Option } from 'commander'
import type { RemoteOptions } from './remote/remote-api.ts'
import { language, server } from './told-options.ts'

/** Those of `switchboard flow …` that ask a running server. */
export function addRemoteFlowCommands(flow: Command): void {
  addDiff(flow)
  addListings(flow)
  addChanges(flow)
}

function addDiff(flow: Command): void {
  flow
    .command('diff')
    .description('what changes for callers between two flows; exit code 0: nothing, 1: something, 2: they cannot be compared')
    .argument('<old>', 'flow file, folder, or version that was live on a server: NAME@HASH, NAME@live')
    .argument('<new>', 'the same')
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'))
    .addOption(server())
    .addOption(language())
    .action(async (old: string, now: string, { format, ...options }: RemoteOptions & { format: 'text' | 'json' }) => {
      process.exitCode = 2
      const [{ diffFlows }, { remoteApi }] = await Promise.all([
        import('./flows/diff-flows.ts'),
        import('./remote/remote-api.ts')
      ])
      const { text, same } = await diffFlows(old, now, format, () => remoteApi(options), options.language)
      process.stdout.write(text)
      process.exitCode = same ? 0 : 1
    })
}

function addListings(flow: Command): void {
  flow
    .command('list')
    .description('the flows that are live on a running server')
    .option('--json', 'print them as JSON')
    .addOption(server())
    .addOption(language())
    .action(async (options: RemoteOptions & { json?: boolean }) => {
      const [remote, { remoteApi }] = await Promise.all([import('./remote/remote-flows.ts'), import('./remote/remote-api.ts')])
      process.stdout.write(await remote.listRemoteFlows(remoteApi(options), options.json))
    })

  flow
    .command('versions')
    .description('the versions of a flow that were live on a running server, the newest first')
    .argument('<name>', 'name of the flow')
    .option('--json', 'print them as JSON')
    .addOption(server())
    .addOption(language())
    .action(async (name: string, options: RemoteOptions & { json?: boolean }) => {
      const [remote, { remoteApi }] = await Promise.all([import('./remote/remote-flows.ts'), import('./remote/remote-api.ts')])
      process.stdout.write(await remote.listRemoteVersions(remoteApi(options), name, options.json))
    })
}

function addChanges(flow: Command): void {
  flow
    .command('put')
    .description('check a flow file on a running server and put it live; the next call hears it')
    .argument('<file>', 'flow file')
    .addOption(server())
    .addOption(language())
    .action(async (file: string, options: RemoteOptions) => {
      const [remote, { remoteApi }] = await Promise.all([import('./remote/remote-flows.ts'), import('./remote/remote-api.ts')])
      process.stdout.write(await remote.putRemoteFlow(remoteApi(options), file))
    })

  flow
    .command('rollback')
    .description('put an earlier version of a flow live again on a running server')
    .argument('<name>', 'name of the flow')
    .argument('<version>', 'one that `flow versions` lists')
    .addOption(server())
    .addOption(language())
    .action(async (name: string, version: string, options: RemoteOptions) => {
      const [remote, { remoteApi }] = await Promise.all([import('./remote/remote-flows.ts'), import('./remote/remote-api.ts')])
      process.stdout.write(await remote.rollBackRemoteFlow(remoteApi(options), name, version))
    })
}
