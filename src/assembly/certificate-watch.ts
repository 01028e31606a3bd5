import { stat } from 'node:fs/promises'
import { type Certificate, readCertificate } from '../config/certificate.ts'
import type { Environment } from '../config/environment.ts'
import { AppError } from '../domain/errors.ts'
import type { Log } from '../domain/log.ts'

/** So long before its end a certificate is spoken of, once a day. */
const WARN_MS = 14 * 86_400_000
const DAY_MS = 86_400_000

interface CertificateWatchOptions {
  readonly files: Pick<Environment, 'TLS_CERTIFICATE' | 'TLS_KEY'>
  /** Takes the new certificate into use; told again at the next look when it rejects. */
  readonly renewed: (certificate: Certificate) => Promise<void>
  readonly log: Log
  /** Between two looks at the files. Default: 10 s. */
  readonly everyMs?: number
}

interface Renewing {
  readonly environment: Environment
  readonly doors: { renew(certificate: Certificate): void }
  readonly telephony: { reloadCertificate(): Promise<void> }
  readonly log: Log
}

/** Over the certificate of HTTP and of Asterisk; undefined when neither speaks TLS. */
export function watchCertificate({ environment, doors, telephony, log }: Renewing): CertificateWatch | undefined {
  const isOfAsterisk = environment.SIP_TLS_ADDRESS !== undefined
  if (environment.HTTP_TLS === 'off' && !isOfAsterisk) return undefined
  const renewed = async (certificate: Certificate) => {
    doors.renew(certificate)
    if (isOfAsterisk) await telephony.reloadCertificate()
  }
  return new CertificateWatch({ files: environment, renewed, log })
}

/** Takes a renewed certificate into use while the server runs. One that cannot be used is told, and the one before stays. */
export class CertificateWatch {
  readonly #options: CertificateWatchOptions
  readonly #timer: NodeJS.Timeout
  #current: Certificate
  /** What the files were when they were last found in order. */
  #stamp = ''
  #problem = { text: '', isTold: false }
  #warnedAt = Number.NEGATIVE_INFINITY
  #looking: Promise<void> = Promise.resolve()

  constructor(options: CertificateWatchOptions) {
    this.#options = options
    this.#current = readCertificate(options.files)
    const look = () => {
      this.#looking = this.#looking.then(() => this.#look())
    }
    look()
    this.#timer = setInterval(look, options.everyMs ?? 10_000)
    this.#timer.unref()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
  }

  async #look(): Promise<void> {
    const { files } = this.#options
    try {
      const stamp = await stampOf(files)
      if (stamp !== this.#stamp) await this.#take(readCertificate(files))
      this.#stamp = stamp
      this.#problem = { text: '', isTold: false }
    } catch (err) {
      this.#tell(err)
    }
    this.#warn()
  }

  /** Once, and not at the first look, which may have come between the writing of the certificate and that of its key. */
  #tell(err: unknown): void {
    const text = err instanceof AppError ? JSON.stringify(err.details) : String(err)
    const isOld = text === this.#problem.text
    if (isOld && !this.#problem.isTold)
      this.#options.log.error({ err }, 'The certificate was changed and cannot be taken into use; the one before stays')
    this.#problem = { text, isTold: isOld }
  }

  async #take(found: Certificate): Promise<void> {
    const { certificate, key } = this.#current
    if (found.certificate === certificate && found.key === key) return
    await this.#options.renewed(found)
    this.#current = found
    this.#options.log.info({ validUntil: found.validUntil }, 'The certificate was renewed')
  }

  #warn(): void {
    const { validUntil } = this.#current
    const now = Date.now()
    if (validUntil.getTime() - now > WARN_MS || now - this.#warnedAt < DAY_MS) return
    this.#warnedAt = now
    this.#options.log.warn({ validUntil }, 'The certificate ends soon')
  }
}

/** Another one when a file was written or replaced; rejects when one is not there. */
async function stampOf({ TLS_CERTIFICATE = '', TLS_KEY = '' }: CertificateWatchOptions['files']): Promise<string> {
  const stats = await Promise.all([stat(TLS_CERTIFICATE), stat(TLS_KEY)])
  return stats.map(({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`).join(', ')
}
