import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endProgram } from '../end-program.ts'
import { takePortBlock } from '../port-block.ts'
import type { IssuedFiles } from '../test-authority.ts'
import { until } from '../until.ts'
import type { DrachtioServer } from './drachtio-server.ts'
import { askSip } from './sip-client.ts'

/** drachtio-server on this machine: DRACHTIO_BINARY, or `drachtio` on the PATH. */
export function findDrachtio(): string | undefined {
  const named = process.env.DRACHTIO_BINARY ?? ''
  if (named !== '') return named
  try {
    return execFileSync('sh', ['-c', 'command -v drachtio']).toString().trim()
  } catch {
    // Not installed: Debian has no package of it.
    return undefined
  }
}

/** A drachtio-server of its own, on loopback. `tls`: its admin port is encrypted. */
export async function startRealDrachtio(binary: string, tls?: IssuedFiles): Promise<DrachtioServer> {
  const [ports, dir] = await Promise.all([takePortBlock(), mkdtemp(join(tmpdir(), 'switchboard-drachtio-'))])
  const [sip, address] = [`127.0.0.1:${ports.first}`, { host: '127.0.0.1', port: ports.first + 1 }]
  const secret = 'secret-of-drachtio'
  const file = join(dir, 'drachtio.conf.xml')
  const admin = tls === undefined ? `port="${address.port}"` : `port="0" tls-port="${address.port}"`
  await writeFile(
    file,
    `<drachtio>
  <admin ${admin} secret="${secret}">${address.host}</admin>
  <sip><contacts><contact>sip:${sip};transport=udp,tcp</contact></contacts>${tls === undefined ? '' : encryption(tls, dir)}</sip>
  <logging><file><name>${dir}/drachtio.log</name><archive>${dir}/archive</archive></file><loglevel>info</loglevel></logging>
</drachtio>\n`
  )
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    // It dies with us, also when we are killed: an orphan would keep the ports of the next test.
    child = spawn('setpriv', ['--pdeathsig', 'KILL', binary, '-f', file], { stdio: 'ignore', cwd: dir })
    // Its admin port opens before it takes SIP. With no application it answers 503.
    const answers = () => askSip(sip, { method: 'OPTIONS', uri: `sip:${sip}`, ms: 300 }).catch(() => undefined)
    await until(answers, { ms: 10_000, what: () => `drachtio answers (exit code ${child?.exitCode})` })
  }

  async function kill(): Promise<void> {
    const ending = child
    child = undefined
    await endProgram(ending)
  }

  await start().catch(async (error) => {
    throw new Error(`${error.message}\n${await readFile(join(dir, 'drachtio.log'), 'utf8').catch(() => 'no log')}`)
  })
  return {
    kind: 'real',
    address,
    secret,
    sip,
    get pid() {
      return child?.pid
    },
    start,
    kill,
    async stop() {
      await kill()
      await rm(dir, { recursive: true, force: true })
      await ports.release()
    }
  }
}

/** It does not start encrypted without parameters for Diffie-Hellman (src/controller.cpp); these are a group of RFC 7919. */
function encryption({ certificate, key }: IssuedFiles, dir: string): string {
  const file = join(dir, 'dh.pem')
  execFileSync('openssl', ['genpkey', '-genparam', '-algorithm', 'DH', '-pkeyopt', 'group:ffdhe2048', '-out', file], {
    stdio: 'ignore'
  })
  return `<tls><key-file>${key}</key-file><cert-file>${certificate}</cert-file><dh-param>${file}</dh-param></tls>`
}
