import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../domain/errors.ts'
import type { Environment } from './environment.ts'

const secretsSchema = z.strictObject({ ariUser: z.string(), ariPassword: z.string(), jwtSecret: z.string() })

/** Passwords between our own parts; nobody types them. */
export type Secrets = Readonly<z.output<typeof secretsSchema>>

/** The secrets of this DATA_DIR, made at first use and readable by the owner only. Variables of the environment win. */
export function loadSecrets(environment: Environment): Secrets {
  mkdirSync(environment.DATA_DIR, { recursive: true })
  const kept = readOrMake(join(environment.DATA_DIR, 'secrets.json'))
  return Object.freeze({
    ariUser: environment.ARI_USER ?? kept.ariUser,
    ariPassword: environment.ARI_PASSWORD ?? kept.ariPassword,
    jwtSecret: environment.JWT_SECRET ?? kept.jwtSecret
  })
}

function readOrMake(file: string): Secrets {
  if (!existsSync(file)) {
    const made: Secrets = {
      ariUser: 'switchboard',
      ariPassword: randomBytes(18).toString('base64url'),
      jwtSecret: randomBytes(32).toString('base64url')
    }
    try {
      writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
      return made
    } catch (error) {
      // Another process of ours made the file in the same moment: its secrets are the ones to use.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  try {
    return secretsSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    throw new AppError('SECRETS_UNREADABLE', 'server', 'The secrets file is damaged; remove it and new ones are made', {
      details: { file },
      cause
    })
  }
}
