import type { Command } from 'commander'
import type { RemoteOptions } from './remote/remote-api.ts'
import { server } from './told-options.ts'

/** Those of `switchboard phones …`: what phones are provisioned with. */
export function addPhoneCommands(phones: Command): void {
  phones
    .command('password')
    .description("print a phone's password, from PHONE_SECRET and the centre's file on this machine")
    .argument('<device>', "an agent's extension, such as 1001; with -web their phone in the browser")
    .action(async (device: string) => {
      const { phonePassword } = await import('./people/phone-password.ts')
      process.stdout.write(phonePassword(device))
    })

  phones
    .command('credentials')
    .description('ask a running server what a phone registers with; for administrators')
    .argument('<device>', "an agent's extension, such as 1001; with -web their phone in the browser")
    .option('--json', 'print it as JSON')
    .addOption(server())
    .action(async (device: string, options: RemoteOptions & { json?: boolean }) => {
      const [{ remotePhoneCredentials }, { remoteApi }] = await Promise.all([
        import('./people/phone-password.ts'),
        import('./remote/remote-api.ts')
      ])
      process.stdout.write(await remotePhoneCredentials(remoteApi(options), device, options.json))
    })
}
