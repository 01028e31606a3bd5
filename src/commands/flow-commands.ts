import { type Command, Option } from 'commander'
import type { GraphOptions } from './flows/graph.ts'
import type { InitOptions } from './flows/init-flow.ts'
import type { SimulateOptions } from './flows/simulate-flow.ts'
import { addRemoteFlowCommands } from './remote-flow-commands.ts'
import { language, type Told } from './told-options.ts'

/** `switchboard flow …`, for whoever writes flows. Each loads only what it needs. */
export function addFlowCommands(flow: Command): void {
  addWriting(flow)
  addTrying(flow)
  addRemoteFlowCommands(flow)
  addReferences(flow)
}

function addWriting(flow: Command): void {
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
      const { initFlow } = await import('./flows/init-flow.ts')
      if (!(await initFlow(folder, options, (text) => process.stdout.write(text)))) process.exitCode = 1
    })

  flow
    .command('check')
    .description('check the configuration and flow files; exit code 1 when one has an error')
    .argument('[files...]', 'flow files or folders (default: FLOWS)')
    .addOption(new Option('--format <format>', 'how to print findings').choices(['pretty', 'json', 'github']).default('pretty'))
    .addOption(language())
    .action(async (files: string[], { format, language }: Told & { format: 'pretty' | 'json' | 'github' }) => {
      const { checkFlowFiles } = await import('./flows/check.ts')
      const { text, errors } = await checkFlowFiles(files, format, language)
      process.stdout.write(text)
      if (errors > 0) process.exitCode = 1
    })
}

function addTrying(flow: Command): void {
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
      const { simulateFlow } = await import('./flows/simulate-flow.ts')
      if (!(await simulateFlow(file, options))) process.exitCode = 1
    })

  flow
    .command('test')
    .description('run *.test.yaml files: simulated calls in virtual time; exit code 1 when one fails')
    .argument('[files...]', 'test files or folders (default: FLOWS)')
    .option('--junit <file>', 'also write the results there as JUnit XML')
    .addOption(language())
    .action(async (files: string[], { junit, language }: Told & { junit?: string }) => {
      const { testFlowFiles } = await import('./flows/test-flows.ts')
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
      const { graphFlowFile } = await import('./flows/graph.ts')
      process.stdout.write(await graphFlowFile(file, options))
    })
}

function addReferences(flow: Command): void {
  flow
    .command('schema')
    .description('print the JSON Schema of flow files, for completion in editors')
    .action(async () => {
      const { flowJsonSchema } = await import('../flow/compile/schema/json-schema.ts')
      console.log(JSON.stringify(flowJsonSchema(), undefined, 2))
    })

  flow
    .command('reference')
    .description('print the reference of the flow language (flows/README.md)')
    .action(async () => {
      const { flowReference } = await import('../flow/compile/reference.ts')
      process.stdout.write(flowReference())
    })
}
