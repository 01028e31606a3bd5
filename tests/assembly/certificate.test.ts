import { execFileSync } from 'node:child_process'
import { chmod, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { CertificateWatch } from '../../src/assembly/certificate-watch.ts'
import { type Certificate, findCertificateProblems, readCertificate } from '../../src/config/certificate.ts'
import { readEnvironment, type Variables } from '../../src/config/environment.ts'
import { serverUrl } from '../../src/config/server-url.ts'
import { AppError } from '../../src/domain/errors.ts'
import { collectedLog } from '../helpers/collected-log.ts'
import { startAuthority } from '../helpers/test-authority.ts'
import { until } from '../helpers/until.ts'

const authority = await startAuthority()
t.teardown(() => authority.remove())
const own = await authority.issue('own', 'centre.example')
const other = await authority.issue('other', '127.0.0.1')
const file = (name: string) => join(authority.dir, name)
const DAY_MS = 86_400_000

/** What is wrong with an environment, or with the certificate that it names. */
function problemsOf(variables: Variables, now = new Date()): readonly string[] {
  try {
    return findCertificateProblems(readEnvironment(variables), now)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return error.details.problems as readonly string[]
  }
}

t.test('a certificate that cannot be used is told with its file and the reason, and the key is never shown', async (t) => {
  await writeFile(file('empty.pem'), '')
  await writeFile(file('nonsense.key'), '-----BEGIN PRIVATE KEY-----\nbm9uc2Vuc2U=\n-----END PRIVATE KEY-----\n')
  execFileSync('openssl', ['pkey', '-in', own.key, '-aes256', '-passout', 'pass:word', '-out', file('locked.key')])
  const base = { HTTP_TLS: 'on', TLS_CERTIFICATE: own.certificate, TLS_KEY: own.key, TLS_AUTHORITIES: authority.file }
  const cases: readonly (readonly [Variables, RegExp | undefined, number?])[] = [
    [{}, undefined],
    [{ SIP_TLS_ADDRESS: '0.0.0.0:5061' }, undefined],
    [{ TLS_CERTIFICATE: file('nowhere.pem') }, /^TLS_CERTIFICATE: .*nowhere\.pem is not there$/],
    [{ TLS_KEY: authority.dir }, /^TLS_KEY: .* cannot be read \(EISDIR\)$/],
    [{ TLS_CERTIFICATE: file('empty.pem') }, /^TLS_CERTIFICATE: .*empty\.pem holds no certificate in PEM/],
    [{ TLS_CERTIFICATE: own.key }, /holds no certificate in PEM/],
    [{ TLS_KEY: own.certificate }, /^TLS_KEY: .*own\.pem holds no private key in PEM$/],
    [{ TLS_KEY: file('nonsense.key') }, /^TLS_KEY: .*nonsense\.key holds no private key in PEM$/],
    [{ TLS_KEY: file('locked.key') }, /^TLS_KEY: .*locked\.key has a passphrase/],
    [{ TLS_KEY: other.key }, /^TLS_KEY: .*other\.key is not the key of the certificate in .*own\.pem$/],
    [{}, /^TLS_CERTIFICATE: .*own\.pem ended on \d{4}-\d\d-\d\d$/, 31 * DAY_MS],
    [{}, /^TLS_CERTIFICATE: .*own\.pem begins only on \d{4}-\d\d-\d\d$/, -2 * DAY_MS],
    [{ SIP_TLS_ADDRESS: '0.0.0.0:5061', TLS_AUTHORITIES: file('no.pem') }, /^TLS_AUTHORITIES: .*no\.pem is not there$/],
    [{ HTTP_CLIENT_AUTHORITIES: authority.file }, undefined],
    [{ HTTP_CLIENT_AUTHORITIES: file('no.pem') }, /^HTTP_CLIENT_AUTHORITIES: .*no\.pem is not there$/],
    [{ HTTP_CLIENT_AUTHORITIES: file('empty.pem') }, /^HTTP_CLIENT_AUTHORITIES: .*empty\.pem holds no certificate in PEM/],
    [{ DRACHTIO_AUTHORITIES: file('empty.pem') }, /^DRACHTIO_AUTHORITIES: .*empty\.pem holds no certificate in PEM/]
  ]
  for (const [change, expected, laterMs = 0] of cases) {
    const problems = problemsOf({ ...base, ...change }, new Date(Date.now() + laterMs))
    if (expected === undefined) t.same(problems, [])
    else t.match(problems, [expected])
    t.notMatch(problems.join('\n'), /bm9uc2Vuc2U|BEGIN PRIVATE/)
  }
  t.same(problemsOf({}), [], 'nothing is encrypted')
  t.same(problemsOf({ ...base, HTTP_TLS: 'off', TLS_KEY: file('nowhere.key') }), [], 'nor is anything that is not used looked at')
})

t.test('files that this user may not read are told so', async (t) => {
  await chmod(authority.dir, 0)
  const isRoot = process.geteuid?.() === 0
  // Root may read everything, so it is somebody else for a moment.
  if (isRoot) process.seteuid?.(65_534)
  const problems = problemsOf({ HTTP_TLS: 'on', TLS_CERTIFICATE: own.certificate, TLS_KEY: own.key })
  if (isRoot) process.seteuid?.(0)
  await chmod(authority.dir, 0o700)
  t.match(problems, [
    /^TLS_CERTIFICATE: .*own\.pem may not be read by this user$/,
    /^TLS_KEY: .*own\.key may not be read by this user$/
  ])
})

t.test('what makes no sense without another variable is told', async (t) => {
  t.match(problemsOf({ HTTP_TLS: 'on' }), [/^TLS_CERTIFICATE: must be set together with HTTP_TLS=on$/, /^TLS_KEY: /])
  t.match(problemsOf({ SIP_TLS_ADDRESS: '0.0.0.0:5061', TLS_KEY: own.key }), [/^TLS_CERTIFICATE: .* SIP_TLS_ADDRESS$/])
  t.match(problemsOf({ PHONE_SRTP: 'required' }), [/^SIP_TLS_ADDRESS: .* without TLS everybody can read the keys$/])
  t.match(problemsOf({ TRUNK_SRTP: 'optional' }), [/^SIP_TLS_ADDRESS: /])
  t.match(problemsOf({ HTTP_CLIENT_AUTHORITIES: authority.file }), [/^HTTP_TLS: must be on with HTTP_CLIENT_AUTHORITIES/])
  t.match(problemsOf({ SIP_TLS_CLIENTS: 'known' }), [
    /^SIP_TLS_ADDRESS: .*SIP_TLS_CLIENTS=known$/,
    /^TLS_AUTHORITIES: must name your own/
  ])
  t.match(problemsOf({ PHONE_SRTP: 'yes' }), [/^PHONE_SRTP: /])
})

t.test('people and commands reach the server by the name in its certificate', async (t) => {
  const url = (variables: Variables) => serverUrl(readEnvironment(variables))
  t.equal(url({ HTTP_ADDRESS: '0.0.0.0:80' }), 'http://127.0.0.1:80')
  t.equal(url({ HTTP_ADDRESS: '[::]:80' }), 'http://[::1]:80')
  const encrypted = { HTTP_ADDRESS: '0.0.0.0:443', HTTP_TLS: 'on' }
  t.equal(url({ ...encrypted, TLS_CERTIFICATE: own.certificate, TLS_KEY: own.key }), 'https://centre.example:443')
  t.equal(url({ ...encrypted, TLS_CERTIFICATE: other.certificate, TLS_KEY: other.key }), 'https://127.0.0.1:443')
})

t.test('a renewed certificate is taken into use; one that cannot be used is told once, and the one before stays', async (t) => {
  const used = await authority.issue('used', 'centre.example')
  const files = { TLS_CERTIFICATE: used.certificate, TLS_KEY: used.key }
  const log = collectedLog()
  const taken: Certificate[] = []
  let asteriskIsThere = false
  const renewed = async (certificate: Certificate) => {
    if (!asteriskIsThere) throw new Error('Asterisk is away')
    taken.push(certificate)
  }
  const watch = new CertificateWatch({ files, renewed, log, everyMs: 20 })
  t.teardown(() => watch.close())
  const told = (message: string) => log.lines.filter((line) => line.message === message).length
  const failed = () => told('The certificate was changed and cannot be taken into use; the one before stays')

  // Another certificate without its key.
  const next = await authority.issue('next', 'centre.example')
  await rename(next.certificate, used.certificate)
  await until(() => failed() === 1, { ms: 20_000, what: 'the certificate without its key is told' })
  t.match(log.lines.at(-1)?.fields, { err: { details: { problems: [/is not the key of the certificate/] } } })
  t.same(taken, [])

  await rename(next.key, used.key)
  await until(() => failed() === 2, { ms: 20_000, what: 'that Asterisk did not take it is told' })
  asteriskIsThere = true
  await until(() => taken.length === 1, { ms: 20_000, what: 'the certificate is taken into use' })
  t.equal(taken[0]?.certificate, readCertificate(files).certificate)
  await until(() => told('The certificate was renewed') === 1, { ms: 20_000, what: 'it is told' })

  await rm(used.key)
  await until(() => failed() === 3, { ms: 20_000, what: 'that its key is gone is told' })
  await watch.close()
  t.equal(taken.length, 1)
  t.equal(told('The certificate ends soon'), 0, 'in 30 days')
})
