import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { AppError } from '../domain/errors.ts'
import type { Environment } from './environment.ts'

/** A certificate with its key, as PEM, and what is known of it. */
export interface Certificate {
  readonly certificate: string
  readonly key: string
  readonly validUntil: Date
  /** The first name or address that it is for; undefined when it names none. */
  readonly name: string | undefined
}

type Files = Pick<Environment, 'TLS_CERTIFICATE' | 'TLS_KEY'>
/** Files of authorities that are read here, and who must have a certificate of theirs. */
type Believing = Pick<Environment, 'HTTP_CLIENT_AUTHORITIES' | 'DRACHTIO_AUTHORITIES'>
type Encrypting = Files & Pick<Environment, 'HTTP_TLS' | 'SIP_TLS_ADDRESS' | 'TLS_AUTHORITIES'> & Believing

/** Reads the certificate of this server. Throws an AppError that says what is wrong with it, and never shows the key. */
export function readCertificate(files: Files, now: Date = new Date()): Certificate {
  const problems: string[] = []
  const certificate = read(files, now, problems)
  if (problems.length > 0 || certificate === undefined) throw unusable(problems)
  return certificate
}

/** Those of whom others must show a certificate, as PEM; undefined when they need not. Throws an AppError as above. */
export function requireAuthorities(variable: keyof Believing, environment: Believing): string | undefined {
  const problems: string[] = []
  const authorities = readAuthorities(variable, environment, problems)
  if (problems.length > 0) throw unusable(problems)
  return authorities
}

/** Throws an AppError when something is to be encrypted and cannot be. */
export function requireCertificate(environment: Encrypting, now: Date = new Date()): void {
  const problems = findCertificateProblems(environment, now)
  if (problems.length > 0) throw unusable(problems)
}

/** Why what is to be encrypted cannot be, a sentence each; none when nothing is to be. */
export function findCertificateProblems(environment: Encrypting, now: Date = new Date()): readonly string[] {
  const { HTTP_TLS, SIP_TLS_ADDRESS } = environment
  const problems: string[] = []
  if (HTTP_TLS === 'on' || SIP_TLS_ADDRESS !== undefined) read(environment, now, problems)
  if (SIP_TLS_ADDRESS !== undefined) readPem('TLS_AUTHORITIES', environment.TLS_AUTHORITIES, problems)
  for (const variable of ['HTTP_CLIENT_AUTHORITIES', 'DRACHTIO_AUTHORITIES'] as const)
    readAuthorities(variable, environment, problems)
  return problems
}

function unusable(problems: readonly string[]): AppError {
  return new AppError('CERTIFICATE_UNUSABLE', 'client', 'The certificate of this server cannot be used', {
    details: { problems }
  })
}

function read(files: Files, now: Date, problems: string[]): Certificate | undefined {
  const certificate = readPem('TLS_CERTIFICATE', files.TLS_CERTIFICATE, problems)
  const key = readPem('TLS_KEY', files.TLS_KEY, problems)
  const x509 = certificate === undefined ? undefined : readX509(certificate, 'TLS_CERTIFICATE', files.TLS_CERTIFICATE, problems)
  const privateKey = key === undefined ? undefined : readKey(key, files, problems)
  if (x509 !== undefined) problems.push(...timeProblems(x509, files, now))
  if (certificate === undefined || key === undefined || x509 === undefined || privateKey === undefined) return undefined
  if (!x509.checkPrivateKey(privateKey))
    problems.push(`TLS_KEY: ${files.TLS_KEY} is not the key of the certificate in ${files.TLS_CERTIFICATE}`)
  return { certificate, key, validUntil: new Date(x509.validTo), name: nameIn(x509) }
}

function readAuthorities(variable: keyof Believing, { [variable]: path }: Believing, problems: string[]): string | undefined {
  const pem = path === undefined ? undefined : readPem(variable, path, problems)
  // With none in it nobody could connect, and nobody would be told why.
  if (pem !== undefined) readX509(pem, variable, path, problems)
  return pem
}

function readPem(name: string, path = '', problems: string[]): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why =
      code === 'ENOENT' ? 'is not there' : code === 'EACCES' ? 'may not be read by this user' : `cannot be read (${code})`
    problems.push(`${name}: ${path} ${why}`)
    return undefined
  }
}

function readX509(pem: string, variable: string, path: string | undefined, problems: string[]): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    // What OpenSSL says of it (an offset into ASN.1) helps nobody.
    problems.push(`${variable}: ${path} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)`)
    return undefined
  }
}

function readKey(pem: string, { TLS_KEY }: Files, problems: string[]): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    // Not the text of the error, which may be of the key.
    const why = pem.includes('ENCRYPTED') ? 'has a passphrase: take it off (openssl pkey)' : 'holds no private key in PEM'
    problems.push(`TLS_KEY: ${TLS_KEY} ${why}`)
    return undefined
  }
}

function timeProblems(read: X509Certificate, { TLS_CERTIFICATE }: Files, now: Date): readonly string[] {
  const day = (text: string) => new Date(text).toISOString().slice(0, 10)
  if (new Date(read.validTo) <= now) return [`TLS_CERTIFICATE: ${TLS_CERTIFICATE} ended on ${day(read.validTo)}`]
  if (new Date(read.validFrom) > now) return [`TLS_CERTIFICATE: ${TLS_CERTIFICATE} begins only on ${day(read.validFrom)}`]
  return []
}

/** RFC 6125 §6.4: the alternative names, and the common name only where there are none. */
function nameIn({ subjectAltName, subject }: X509Certificate): string | undefined {
  const alternative = /(?:^|, )(?:DNS|IP Address):([^,*]+)(?:,|$)/.exec(subjectAltName ?? '')?.[1]
  return alternative ?? (subjectAltName === undefined ? /^CN=([^*\s]+)$/m.exec(subject ?? '')?.[1] : undefined)
}
