import { text } from 'node:stream/consumers'
import { openLog } from '../../assembly/open-log.ts'
import { loadConfig } from '../../config/load-config.ts'
import { AppError } from '../../domain/errors.ts'
import { passwordSchema, putUser, setPassword } from '../../http/users.ts'
import { migrate } from '../../store/migrate.ts'
import { withDatabase } from '../with-database.ts'
import { askPassword } from './ask-password.ts'

/**
 * Gives a user of the configuration a password, typed twice at the terminal or piped in as one line. Works with and without a running
 * server, so that the first administrator gets one too; a server that runs ends the user's present sign-ins within seconds.
 */
export async function setUserPassword(username: string): Promise<void> {
  const { environment, users, demo } = loadConfig()
  const user = users.find((one) => one.username === username)
  if (user === undefined)
    throw new AppError('USER_UNKNOWN', 'client', 'The configuration has no such user', { details: { username } })
  if (demo)
    throw new AppError(
      'DEMO_PASSWORDS',
      'client',
      'With demo: true all users have DEMO_PASSWORD, which each start gives them again'
    )
  const password = await readPassword(username)

  const log = openLog('error')
  await withDatabase(environment, { log, name: 'switchboard-user' }, async (database, url) => {
    await migrate(url, log)
    // No server may have started with this user yet.
    await putUser(database.query, user)
    await setPassword(database, username, password)
  })
}

async function readPassword(username: string): Promise<string> {
  const given = process.stdin.isTTY ? await askTwice(username) : ((await text(process.stdin)).split(/\r?\n/)[0] ?? '')
  if (!passwordSchema.safeParse(given).success)
    throw new AppError('PASSWORD_UNFIT', 'client', 'A password has 8 to 256 characters')
  return given
}

async function askTwice(username: string): Promise<string> {
  const first = await askPassword(`New password of ${username}: `)
  if ((await askPassword('Once more: ')) === first) return first
  throw new AppError('PASSWORDS_DIFFER', 'client', 'What was typed the second time is something else')
}
