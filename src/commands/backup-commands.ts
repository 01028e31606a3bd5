import type { Command } from 'commander'
import type { RestoreOptions } from './backup/restore-backup.ts'

/** `switchboard backup` and `switchboard restore`. */
export function addBackupCommands(program: Command): void {
  program
    .command('backup')
    .description('write the database, configuration, flows and recordings into one file; the server may run. Keys are not in it')
    .argument('<file>', 'where to; a new file, such as centre-2026-11-22.tar')
    .action(async (file: string) => {
      const { makeBackup } = await import('./backup/make-backup.ts')
      process.stdout.write(await makeBackup(file))
    })

  program
    .command('restore')
    .description('put a back-up in place, with the server stopped; it is checked first, and what was there is kept aside')
    .argument('<file>', 'what `switchboard backup` wrote')
    .option('--force', 'also in place of a centre that has calls')
    .option('--check', 'only say whether the file is whole')
    .action(async (file: string, options: RestoreOptions) => {
      const { restoreBackup } = await import('./backup/restore-backup.ts')
      process.stdout.write(await restoreBackup(file, options))
    })
}
