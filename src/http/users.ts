import { z } from 'zod'
import type { User } from '../domain/centre.ts'
import type { Database } from '../domain/ports/database.ts'
import { hashPassword, verifyPassword } from './password.ts'

export const passwordSchema = z.string().min(8).max(256)

interface PasswordRow {
  readonly username: string
  readonly password_hash: string | null
  readonly epoch: number
}

/** The password of a user as stored, and the epoch of their sign-ins. Unset hash: nobody has given them one, and they cannot sign in. */
export async function findPassword(
  database: Database,
  username: string
): Promise<{ readonly passwordHash: string | undefined; readonly epoch: number } | undefined> {
  const [row] = await database.query<PasswordRow>('select * from users where username = $1', [username])
  return row && { passwordHash: row.password_hash ?? undefined, epoch: row.epoch }
}

/** Gives a configured user a password; what they are signed in with ends. False when there is no such user. */
export async function setPassword(database: Database, username: string, password: string): Promise<boolean> {
  const hash = await hashPassword(password)
  const rows = await database.query(
    'update users set password_hash = $2, epoch = epoch + 1 where username = $1 and configured returning username',
    [username, hash]
  )
  return rows.length > 0
}

/** Makes a configured user known, without a password when they are new. */
export async function putUser(query: Database['query'], { username, name, role, teams }: User): Promise<void> {
  await query(
    `insert into users (username, name, role, teams) values ($1, $2, $3, $4)
     on conflict (username) do update set name = $2, role = $3, teams = $4, configured = true`,
    [username, name, role, [...teams]]
  )
}

/**
 * Makes the configured users known; who is gone from the configuration keeps their password and is signed out.
 * With a password all of them get it; one that is right already is left alone. Without one theirs stay.
 */
export async function seedUsers(database: Database, users: readonly User[], password: string | undefined): Promise<void> {
  const usernames = users.map(({ username }) => username)
  await database.transaction(async (query) => {
    for (const user of users) await putUser(query, user)
    await query('update users set configured = false, epoch = epoch + 1 where configured and username <> all ($1)', [usernames])
  })
  if (password === undefined) return

  const rows = await database.query<PasswordRow>('select * from users where username = any ($1)', [usernames])
  const hashes = [...new Set(rows.flatMap(({ password_hash }) => password_hash ?? []))]
  const right = new Set<string | null>()
  for (const hash of hashes) if (await verifyPassword(password, hash)) right.add(hash)

  const wrong = rows.filter((row) => !right.has(row.password_hash)).map(({ username }) => username)
  if (wrong.length === 0) return
  // They share one password, so one salt for all tells nobody anything new, and a start with a thousand users stays short.
  const hash = await hashPassword(password)
  await database.query('update users set password_hash = $2 where username = any ($1)', [wrong, hash])
}
