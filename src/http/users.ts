import type { User } from '../domain/centre.ts'
import type { Database } from '../domain/ports/database.ts'
import { hashPassword, verifyPassword } from './password.ts'

/** Somebody who may sign in, as stored. */
export interface StoredUser extends User {
  /** Unset: nobody has given them a password, and they cannot sign in. */
  readonly passwordHash: string | undefined
}

interface UserRow {
  readonly username: string
  readonly name: string
  readonly role: User['role']
  readonly teams: string[]
  readonly password_hash: string | null
}

/** The user of that name, if there is one. */
export async function findUser(database: Database, username: string): Promise<StoredUser | undefined> {
  const [row] = await database.query<UserRow>('select * from users where username = $1', [username])
  return row && toStoredUser(row)
}

/** Adds or changes a user. Without a password the present one stays. */
export async function putUser(database: Database, user: User, password?: string): Promise<void> {
  await storeUsers(database, [user], password === undefined ? undefined : await hashPassword(password))
}

/** Makes the configured users known and gives them that password; one that is right already is left alone. Without a password theirs stay. */
export async function seedUsers(database: Database, users: readonly User[], password: string | undefined): Promise<void> {
  await storeUsers(database, users, undefined)
  if (password === undefined) return

  const rows = await database.query<UserRow>('select * from users where username = any($1)', [
    users.map(({ username }) => username)
  ])
  const hashes = [...new Set(rows.flatMap(({ password_hash }) => password_hash ?? []))]
  const right = new Set<string | null>()
  for (const hash of hashes) if (await verifyPassword(password, hash)) right.add(hash)

  const wrong = rows.filter((row) => !right.has(row.password_hash))
  // They share one password, so one salt for all tells nobody anything new, and a start with a thousand users stays short.
  if (wrong.length > 0) await storeUsers(database, wrong.map(toStoredUser), await hashPassword(password))
}

async function storeUsers(database: Database, users: readonly User[], passwordHash: string | undefined): Promise<void> {
  await database.transaction(async (query) => {
    for (const { username, name, role, teams } of users) {
      await query(
        `insert into users (username, name, role, teams, password_hash) values ($1, $2, $3, $4, $5)
         on conflict (username) do update set name = $2, role = $3, teams = $4, password_hash = coalesce($5, users.password_hash)`,
        [username, name, role, [...teams], passwordHash ?? null]
      )
    }
  })
}

function toStoredUser({ username, name, role, teams, password_hash }: UserRow): StoredUser {
  return { username, name, role, teams, passwordHash: password_hash ?? undefined }
}
