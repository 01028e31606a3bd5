import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/** Files of one certificate. */
export interface IssuedFiles {
  readonly certificate: string
  readonly key: string
  /** Both in one file. */
  readonly together: string
}

/** An authority of its own for one test, by the machine's openssl. */
export interface TestAuthority {
  readonly dir: string
  /** PEM file of its own certificate. */
  readonly file: string
  readonly pem: string
  /** A certificate for an address or a name, under a name of its own among the files. */
  issue(file: string, subject: string): Promise<IssuedFiles>
  remove(): Promise<void>
}

export async function startAuthority(): Promise<TestAuthority> {
  const dir = await mkdtemp(join(tmpdir(), 'switchboard-authority-'))
  const own = { certificate: join(dir, 'authority.pem'), key: join(dir, 'authority.key') }
  await run('openssl', [
    ...['req', '-x509', ...newKey, '-days', '30', '-subj', '/CN=Authority of a test'],
    ...['-keyout', own.key, '-out', own.certificate]
  ])
  return {
    dir,
    file: own.certificate,
    pem: await readFile(own.certificate, 'utf8'),
    async issue(file, subject) {
      const [certificate, key, together] = ['pem', 'key', 'both.pem'].map((ending) => join(dir, `${file}.${ending}`)) as [
        string,
        string,
        string
      ]
      const name = /^[\d.]+$/.test(subject) ? `IP:${subject}` : `DNS:${subject}`
      await run('openssl', [
        ...['req', '-x509', ...newKey, '-days', '30', '-subj', `/CN=${subject}`, '-addext', `subjectAltName=${name}`],
        ...['-addext', 'basicConstraints=critical,CA:FALSE', '-CA', own.certificate, '-CAkey', own.key],
        ...['-keyout', key, '-out', certificate]
      ])
      await writeFile(together, `${await readFile(certificate, 'utf8')}${await readFile(key, 'utf8')}`)
      return { certificate, key, together }
    },
    remove: () => rm(dir, { recursive: true, force: true })
  }
}
