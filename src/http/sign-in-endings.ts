import type { Database } from '../domain/ports/database.ts'

type Pairs = readonly (readonly [string, number])[]

/** What the database knows of ended sign-ins. */
export interface Endings {
  /** By user, how often all of theirs were ended. */
  readonly epochs: Pairs
  /** Sign-ins ended one by one, and when they would have expired. */
  readonly ended: Pairs
  /** Number of the last row read. */
  readonly lastRead: string
}

/** All epochs, and the sign-ins that were ended after that row; some of before again, as a row of another server may have become visible late. */
export async function readEndings(database: Database, after: string): Promise<Endings> {
  const users = await database.query<{ username: string; epoch: number }>('select username, epoch from users where epoch > 0')
  const rows = await database.query<{ number: string; sign_in: string; expires_at: Date }>(
    'select number, sign_in, expires_at from ended_sign_ins where number > $1::bigint - 100 order by number',
    [after]
  )
  return {
    epochs: users.map(({ username, epoch }) => [username, epoch]),
    ended: rows.map(({ sign_in, expires_at }) => [sign_in, expires_at.getTime()]),
    lastRead: rows.at(-1)?.number ?? after
  }
}

/** Writes them down, and forgets those that have expired since. Written twice is written once. */
export async function writeEndings(database: Database, { epochs, ended }: Omit<Endings, 'lastRead'>): Promise<void> {
  await database.transaction(async (query) => {
    for (const [username, epoch] of epochs)
      await query('update users set epoch = greatest(epoch, $2) where username = $1', [username, epoch])
    for (const [id, expiresAt] of ended)
      await query('insert into ended_sign_ins (sign_in, expires_at) values ($1, $2) on conflict do nothing', [
        id,
        new Date(expiresAt)
      ])
    await query('delete from ended_sign_ins where expires_at < now()')
  })
}
