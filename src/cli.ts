#!/usr/bin/env node
import { Command, InvalidArgumentError } from 'commander'
import { addBackupCommands } from './commands/backup-commands.ts'
import { addCallCommands } from './commands/call-commands.ts'
import { addConfigCommands } from './commands/config-commands.ts'
import { addFlowCommands } from './commands/flow-commands.ts'
import { addPhoneCommands } from './commands/phone-commands.ts'
import type { StaffingOptions } from './commands/staffing/simulate-staffing.ts'
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

addBackupCommands(program)
addCallCommands(program.command('calls').description('calls of a running server, and the story of each'))
addConfigCommands(program.command('config').description('the configuration of a running server: what it was, and the way back'))
addFlowCommands(program.command('flow').description('tools for flow designers'))
addPhoneCommands(program.command('phones').description('what the phones of agents and supervisors register with'))

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
    const { simulateStaffing } = await import('./commands/staffing/simulate-staffing.ts')
    process.stdout.write(simulateStaffing(file, options))
  })

program
  .command('user')
  .description('users of the configuration')
  .command('set-password')
  .description('give a user a password, typed at the terminal or piped in; the server may run or not')
  .argument('<name>', 'user name; of an agent, the extension')
  .action(async (name: string) => {
    const { setUserPassword } = await import('./commands/people/set-user-password.ts')
    await setUserPassword(name)
  })

program
  .command('cti-reference')
  .description('print the reference of the CTI socket (CTI.md)')
  .action(async () => {
    const { ctiReference } = await import('./cti/reference/reference.ts')
    process.stdout.write(ctiReference())
  })

program
  .command('cti-asyncapi')
  .description('print the CTI socket as an AsyncAPI 3 document (CTI.asyncapi.json)')
  .action(async () => {
    const { asyncApi } = await import('./cti/reference/asyncapi.ts')
    console.log(JSON.stringify(asyncApi(), undefined, 1))
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
  // Commands that tell more with their exit code have said what they do when they cannot be carried out.
  process.exitCode ??= 1
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
