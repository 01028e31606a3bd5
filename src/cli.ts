#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander'
import type { GraphOptions } from './assembly/graph.ts'
import type { InitOptions } from './assembly/init-flow.ts'
import type { RemoteOptions } from './assembly/remote-api.ts'
import type { SimulateOptions } from './assembly/simulate-flow.ts'
import type { StaffingOptions } from './assembly/simulate-staffing.ts'
import { type AppError, toAppError } from './domain/errors.ts'

// Each command loads only the rooms it needs: `flow check` starts in a fraction of a second.
const program = new Command('switchboard').description('A telephony server for contact centres: call flows, queues, CTI')

program
  .command('up')
  .description('start PostgreSQL, Asterisk, the example bank and the server on this machine, until Ctrl-C')
  .action(async () => {
    const { runLocal } = await import('./local/run-local.ts')
    await runLocal()
  })

program
  .command('serve')
  .description('start the server alone; Asterisk and the database are elsewhere')
  .action(async () => {
    const { serve } = await import('./main.ts')
    await serve()
  })

/** Exit code of a command that could not be carried out. */
let failure = 1

const flow = program.command('flow').description('tools for flow designers')

flow
  .command('init')
  .description('write a first flow and its tests out of a few answers, and try them')
  .argument('[folder]', 'where (default: FLOWS)')
  .option('--name <name>', 'name of the flow')
  .option('--number <number>', 'what callers dial')
  .option('--languages <list>', 'zh-CN, en or both, the default first')
  .option('--company <name>', 'who callers are welcomed to')
  .option('--calendar <name>', 'opening hours; none: always open')
  .option('--choice <key=queue...>', 'what callers choose from, such as 1=sales 2=service')
  .option('--urgent <keys=queue>', 'fast path to a person, such as *9=card-security; none')
  .option('--answers <file>', 'YAML file with answers; nothing is asked then')
  .addOption(language())
  .option('-y, --yes', 'ask nothing: what is not given is made up')
  .action(async (folder: string | undefined, options: InitOptions) => {
    const { initFlow } = await import('./assembly/init-flow.ts')
    if (!(await initFlow(folder, options, (text) => process.stdout.write(text)))) process.exitCode = 1
  })

flow
  .command('check')
  .description('check the configuration and flow files; exit code 1 when one has an error')
  .argument('[files...]', 'flow files or folders (default: FLOWS)')
  .addOption(new Option('--format <format>', 'how to print findings').choices(['pretty', 'json', 'github']).default('pretty'))
  .addOption(language())
  .action(async (files: string[], { format, language }: Told & { format: 'pretty' | 'json' | 'github' }) => {
    const { checkFlowFiles } = await import('./assembly/check.ts')
    const { text, errors } = await checkFlowFiles(files, format, language)
    process.stdout.write(text)
    if (errors > 0) process.exitCode = 1
  })

flow
  .command('simulate')
  .description('walk a flow without a phone: what is said is printed, keys are typed, time is virtual')
  .argument('<file>', 'flow file')
  .option('--number <number>', 'what the caller dials (default: the first number of the flow)')
  .option('--from <number>', 'who calls; customers of the configuration are known')
  .option('--at <time>', 'when, such as 2026-11-23T12:00:00+08:00 (default: now)')
  .option(
    '--keys <keys>',
    'what is pressed at each question, with spaces between; also silence and hangup. Queues are then answered, requests are not'
  )
  .option('--json', 'print the call as JSON when it is over')
  .addOption(language())
  .action(async (file: string, options: SimulateOptions) => {
    const { simulateFlow } = await import('./assembly/simulate-flow.ts')
    if (!(await simulateFlow(file, options))) process.exitCode = 1
  })

flow
  .command('test')
  .description('run *.test.yaml files: simulated calls in virtual time; exit code 1 when one fails')
  .argument('[files...]', 'test files or folders (default: FLOWS)')
  .option('--junit <file>', 'also write the results there as JUnit XML')
  .addOption(language())
  .action(async (files: string[], { junit, language }: Told & { junit?: string }) => {
    const { testFlowFiles } = await import('./assembly/test-flows.ts')
    const { text, passed } = await testFlowFiles(files, junit, language)
    process.stdout.write(text)
    if (!passed) process.exitCode = 1
  })

flow
  .command('graph')
  .description('draw a flow: steps as boxes, exits as arrows, shortcuts')
  .argument('<file>', 'flow file')
  .addOption(
    new Option('--format <format>', 'how to draw it (default: by the ending of --output, else mermaid)').choices([
      'mermaid',
      'svg'
    ])
  )
  .option('-o, --output <file>', 'where to write it (default: to the terminal)')
  .addOption(language())
  .action(async (file: string, options: GraphOptions) => {
    const { graphFlowFile } = await import('./assembly/graph.ts')
    process.stdout.write(await graphFlowFile(file, options))
  })

flow
  .command('diff')
  .description('what changes for callers between two flows; exit code 0: nothing, 1: something, 2: they cannot be compared')
  .argument('<old>', 'flow file, folder, or version that was live on a server: NAME@HASH, NAME@live')
  .argument('<new>', 'the same')
  .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'))
  .addOption(server())
  .addOption(language())
  .action(async (old: string, now: string, { format, ...options }: RemoteOptions & { format: 'text' | 'json' }) => {
    failure = 2
    const [{ diffFlows }, { remoteApi }] = await Promise.all([
      import('./assembly/diff-flows.ts'),
      import('./assembly/remote-api.ts')
    ])
    const { text, same } = await diffFlows(old, now, format, () => remoteApi(options), options.language)
    process.stdout.write(text)
    if (!same) process.exitCode = 1
  })

flow
  .command('list')
  .description('the flows that are live on a running server')
  .option('--json', 'print them as JSON')
  .addOption(server())
  .addOption(language())
  .action(async (options: RemoteOptions & { json?: boolean }) => {
    const [remote, { remoteApi }] = await Promise.all([import('./assembly/remote-flows.ts'), import('./assembly/remote-api.ts')])
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
    const [remote, { remoteApi }] = await Promise.all([import('./assembly/remote-flows.ts'), import('./assembly/remote-api.ts')])
    process.stdout.write(await remote.listRemoteVersions(remoteApi(options), name, options.json))
  })

flow
  .command('put')
  .description('check a flow file on a running server and put it live; the next call hears it')
  .argument('<file>', 'flow file')
  .addOption(server())
  .addOption(language())
  .action(async (file: string, options: RemoteOptions) => {
    const [remote, { remoteApi }] = await Promise.all([import('./assembly/remote-flows.ts'), import('./assembly/remote-api.ts')])
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
    const [remote, { remoteApi }] = await Promise.all([import('./assembly/remote-flows.ts'), import('./assembly/remote-api.ts')])
    process.stdout.write(await remote.rollBackRemoteFlow(remoteApi(options), name, version))
  })

flow
  .command('schema')
  .description('print the JSON Schema of flow files, for completion in editors')
  .action(async () => {
    const { flowJsonSchema } = await import('./flow/compile/json-schema.ts')
    console.log(JSON.stringify(flowJsonSchema(), undefined, 2))
  })

flow
  .command('reference')
  .description('print the reference of the flow language (flows/README.md)')
  .action(async () => {
    const { flowReference } = await import('./flow/compile/reference.ts')
    process.stdout.write(flowReference())
  })

program
  .command('simulate')
  .description('try out a centre on paper: callers and agents by chance, the routing itself in virtual time (STAFFING.md)')
  .argument('<file>', 'what-if file, such as config/staffing.yaml')
  .option('--agents <group=count...>', 'other numbers of agents, such as cards=12', [])
  .option('--arrivals <calls*factor...>', "more or fewer calls, such as 'card-loss*1.2'", [])
  .option('--find <group>', 'find the fewest agents of a group that reach the goal')
  .option('--goal <calls=percent>', 'so many of the calls answered within their target, such as card-loss=80')
  .option('--replications <number>', 'in place of what the file says', wholeNumber(2, 10_000))
  .option('--seed <number>', 'in place of what the file says', wholeNumber(0, Number.MAX_SAFE_INTEGER))
  .option('--json', 'print the figures as one JSON object')
  .action(async (file: string, options: StaffingOptions) => {
    const { simulateStaffing } = await import('./assembly/simulate-staffing.ts')
    process.stdout.write(simulateStaffing(file, options))
  })

program
  .command('user')
  .description('users of the configuration')
  .command('set-password')
  .description('give a user a password, typed at the terminal or piped in; the server may run or not')
  .argument('<name>', 'user name; of an agent, the extension')
  .action(async (name: string) => {
    const { setUserPassword } = await import('./assembly/set-user-password.ts')
    await setUserPassword(name)
  })

program
  .command('cti-reference')
  .description('print the reference of the CTI socket (CTI.md)')
  .action(async () => {
    const { ctiReference } = await import('./cti/reference.ts')
    process.stdout.write(ctiReference())
  })

program
  .command('asterisk-config')
  .description('write the configuration of Asterisk under DATA_DIR/asterisk, for an Asterisk that runs elsewhere')
  .action(async () => {
    const { writeAsteriskConfig } = await import('./local/write-asterisk-config.ts')
    console.log(await writeAsteriskConfig())
  })

program
  .command('example-bank')
  .description('the stand-in for a core-banking system that the demo flows ask')
  .action(async () => {
    const { runExampleBank } = await import('./local/run-example-bank.ts')
    await runExampleBank()
  })

try {
  await program.parseAsync()
} catch (error) {
  console.error(explain(toAppError(error)))
  process.exitCode = failure
}

/** Where the running server is; who signs in is told by SWITCHBOARD_TOKEN, or SWITCHBOARD_USER and SWITCHBOARD_PASSWORD. */
function server(): Option {
  return new Option('--server <url>', 'address of the running server (default: http:// and HTTP_ADDRESS)')
}

interface Told {
  readonly language?: string
}

/** In which language to tell what is wrong. */
function language(): Option {
  return new Option(
    '--language <language>',
    'in which to tell what is wrong: en or zh-CN (default: by LC_ALL, LC_MESSAGES or LANG)'
  )
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (/^\d+$/.test(text) && number >= least && number <= most) return number
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`)
  }
}

/** An error as the person at the terminal should read it. */
function explain(error: AppError): string {
  const { problems, ...details } = error.details
  const lines = [`switchboard: ${error.message} (${error.code})`]
  if (Array.isArray(problems)) lines.push(...problems.map((problem) => `  ${problem}`))
  if (Object.keys(details).length > 0) lines.push(`  ${JSON.stringify(details)}`)
  if (error.cause !== undefined)
    lines.push(`  cause: ${error.cause instanceof Error ? error.cause.message : String(error.cause)}`)
  return lines.join('\n')
}
