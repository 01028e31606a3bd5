import { chmod, mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { replaceFile } from '../config/replace-file.ts'
import { writeHoldMusic } from './write-hold-music.ts'

/** SIP over TLS. The files are read by Asterisk, the certificate and its key again when it is told to reload. */
export interface SipTls {
  /** `host:port` */
  readonly address: string
  readonly certificate: string
  readonly key: string
  /** PEM file of the authorities that others' certificates must be of, when we connect to them. */
  readonly authorities: string
  /** Who connects to us must show a certificate of theirs, too. Default: they need not. */
  readonly knownClients?: boolean
}

/** What differs between two Asterisks of ours. */
export interface AsteriskSettings {
  /** The last line that `asterisk/install.sh` printed: `/` for an installed one. */
  readonly root: string
  /** Written from the templates in `asterisk/etc`. */
  readonly etcDir: string
  /** Asterisk's own database, spool, log and run folders. */
  readonly dataDir: string
  /** `host:port` for SIP over UDP and TCP. */
  readonly sipAddress: string
  readonly sipTls?: SipTls
  /** Whether the audio of the trunk is encrypted (SRTP, keys by SDES). Default: off. */
  readonly trunkSrtp?: 'off' | 'optional' | 'required'
  /** `host:port` for ARI and for SIP over websocket. */
  readonly ariAddress: string
  readonly rtpPorts: { readonly from: number; readonly to: number }
  readonly ariUser: string
  readonly ariPassword: string
  /** The ARI application that calls are handed to. */
  readonly app: string
  /** Addresses or networks whose calls come from outside. Default: this machine. */
  readonly trunkMatches?: readonly string[]
  /** Addresses or networks that may send SIP at all; 403 for others. Default: any. */
  readonly sipNetworks?: readonly string[]
  /** The address that phones elsewhere reach us at, when we are behind a NAT. */
  readonly externalAddress?: string
  /** Dial strings such as `PJSIP/1001`, rung all at once while Switchboard is away. */
  readonly emergencyGroup?: readonly string[]
  /** How long callers hear ringing while Switchboard is away, before they are told so, seconds. Longer than a restart takes. */
  readonly holdSeconds?: number
  /** Sound files, as Asterisk names them, played before and after the emergency group was rung. */
  readonly awayAnnouncement?: string
  readonly awayClosing?: string
  /** Played to who is turned away, before the call is refused. */
  readonly overloadAnnouncement?: string
  /** Where its modules and sounds are, when it runs elsewhere; otherwise they are looked for under `root`. */
  readonly layout?: { readonly moduleDir: string; readonly assetDir: string; readonly soundsLanguage: string }
  /** Music classes beside `default`: a name and a folder of audio files. */
  readonly music?: Readonly<Record<string, string>>
}

export interface AsteriskCommand {
  readonly command: string
  /** Asterisk in the foreground; append `-rx` and a command instead of `-f` for its console. */
  readonly args: readonly string[]
  readonly consoleArgs: readonly string[]
}

const HOLD_SECONDS = 8
const asteriskFolder = fileURLToPath(new URL('../../asterisk/', import.meta.url))
const stateFolders = ['lib', 'db', 'cache', 'spool/recording', 'spool/tmp', 'run', 'log', 'music/default']

/** Writes the configuration and the folders of an Asterisk, and returns the command that starts it. */
export async function renderAsterisk(settings: AsteriskSettings): Promise<AsteriskCommand> {
  const etcDir = resolve(settings.etcDir)
  const dataDir = resolve(settings.dataDir)
  for (const folder of stateFolders) await mkdir(join(dataDir, folder), { recursive: true, mode: 0o750 })
  // Asterisk's database holds the passwords of phones, and Asterisk makes it readable to everybody.
  await chmod(join(dataDir, 'db'), 0o700)
  await mkdir(etcDir, { recursive: true, mode: 0o750 })

  const musicFile = join(dataDir, 'music/default/waiting.ulaw')
  if (!(await exists(musicFile))) await writeHoldMusic(musicFile)

  const values = { ...(settings.layout ?? (await installed(settings.root))), ...valuesOf(settings, etcDir, dataDir) }
  for (const name of await readdir(join(asteriskFolder, 'etc'))) {
    const template = await readFile(join(asteriskFolder, 'etc', name), 'utf8')
    await keepText(join(etcDir, name), fill(name, template, values), 0o640)
  }

  const config = ['-C', join(etcDir, 'asterisk.conf')]
  return {
    command: join(asteriskFolder, 'run.sh'),
    args: [settings.root, ...config, '-f'],
    consoleArgs: [settings.root, ...config, '-rx']
  }
}

/** Writes nothing that is there already: so Asterisk is started again on a full disk as well. */
async function keepText(file: string, text: string, mode: number): Promise<void> {
  if (!(await exists(file)) || (await readFile(file, 'utf8')) !== text) await replaceFile(file, text, mode)
  await chmod(file, mode)
}

function valuesOf(settings: AsteriskSettings, etcDir: string, dataDir: string): Record<string, string> {
  const [ariHost, ariPort] = splitAddress(settings.ariAddress)
  const external = settings.externalAddress
  const externalAddress =
    external === undefined
      ? '; Phones reach us at the address above.'
      : `external_signaling_address = ${external}\nexternal_media_address = ${external}`
  const music = { default: join(dataDir, 'music/default'), ...settings.music }
  return {
    etcDir,
    dataDir,
    app: settings.app,
    systemName: settings.app,
    sipAddress: settings.sipAddress,
    ariAddress: settings.ariAddress,
    ariHost,
    ariPort,
    ariUser: settings.ariUser,
    ariPassword: settings.ariPassword,
    rtpStart: String(settings.rtpPorts.from),
    rtpEnd: String(settings.rtpPorts.to),
    externalAddress,
    sipTls: settings.sipTls === undefined ? '' : `${tlsTransport(settings.sipTls)}\n${externalAddress}\n`,
    trunkEncryption: trunkEncryption(settings.trunkSrtp ?? 'off'),
    trunkMatches: (settings.trunkMatches ?? ['127.0.0.0/8']).map((match) => `match = ${match}`).join('\n'),
    sipNetworks: sipAcl(settings.sipNetworks ?? []),
    emergencyGroup: (settings.emergencyGroup ?? []).join('&'),
    holdSeconds: String(settings.holdSeconds ?? HOLD_SECONDS),
    awayAnnouncement: settings.awayAnnouncement ?? 'pls-hold-while-try',
    overloadAnnouncement: settings.overloadAnnouncement ?? 'all-circuits-busy-now&please-try-call-later',
    awayClosing: settings.awayClosing ?? 'sorry&please-try-call-later&goodbye',
    musicClasses: Object.entries(music)
      .map(([name, folder]) => `[${name}]\nmode = files\ndirectory = ${folder}\nsort = alpha\n`)
      .join('\n')
  }
}

/** TLS 1.2, which every phone that does TLS can; whom we connect to must prove its name (RFC 5922). */
function tlsTransport({ address, certificate, key, authorities, knownClients = false }: SipTls): string {
  return [
    ...['[tls]', 'type = transport', 'protocol = tls', `bind = ${address}`, 'method = tlsv1_2'],
    ...[`cert_file = ${certificate}`, `priv_key_file = ${key}`],
    ...[`ca_list_file = ${authorities}`, 'verify_server = yes'],
    ...(knownClients ? ['verify_client = yes', 'require_client_cert = yes'] : [])
  ].join('\n')
}

function trunkEncryption(srtp: NonNullable<AsteriskSettings['trunkSrtp']>): string {
  if (srtp === 'off') return 'media_encryption = no'
  return `media_encryption = sdes\nmedia_encryption_optimistic = ${srtp === 'optional' ? 'yes' : 'no'}`
}

function sipAcl(networks: readonly string[]): string {
  if (networks.length === 0) return ''
  const permits = networks.map((network) => `permit = ${network}`)
  return ['\n[networks]', 'type = acl', 'deny = 0.0.0.0/0', 'deny = ::/0', ...permits].join('\n')
}

/** Where a distribution put Asterisk's modules and sounds: Debian under the machine's triplet, a build from source without it. */
async function installed(root: string): Promise<Record<string, string>> {
  const libraries = join(root, 'usr/lib')
  const triplets = (await readdir(libraries)).filter((name) => name.includes('-linux-gnu'))
  const moduleDir = await firstThat(
    [...triplets.map((name) => join(libraries, name)), libraries, join(root, 'usr/lib64')].map((folder) =>
      join(folder, 'asterisk/modules')
    ),
    'modules'
  )
  const assetDir = await firstThat([join(root, 'usr/share/asterisk'), join(root, 'var/lib/asterisk')], 'sounds')
  const languages = await readdir(join(assetDir, 'sounds')).catch(() => [])
  return { moduleDir, assetDir, soundsLanguage: languages.find((name) => name.startsWith('en_US')) ?? 'en' }
}

async function firstThat(folders: readonly string[], what: string): Promise<string> {
  for (const folder of folders) if (await exists(folder)) return folder
  throw new Error(`Asterisk's ${what} are in none of ${folders.join(', ')}`)
}

/** Puts the values in place of `{{name}}`. Asterisk's own `${NAME}` stays. */
function fill(file: string, template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`${file} asks for ${name}, which nobody gives`)
    return value
  })
}

function splitAddress(address: string): [host: string, port: string] {
  const colon = address.lastIndexOf(':')
  if (colon < 1) throw new Error(`Expected host:port, got ${address}`)
  return [address.slice(0, colon), address.slice(colon + 1)]
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false
  )
}
