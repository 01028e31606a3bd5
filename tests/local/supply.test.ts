import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { readEnvironment } from '../../src/config/environment.ts'
import { loadSecrets } from '../../src/config/load-secrets.ts'
import { renderAsterisk } from '../../src/local/render-asterisk.ts'

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8')
const json = async (path: string) => JSON.parse(await read(path))

interface Locked {
  readonly version: string
  readonly license?: string
  readonly integrity?: string
  readonly dev?: boolean
  readonly link?: boolean
}
const manifest = await json('package.json')
const lock: { readonly packages: Readonly<Record<string, Locked & Record<string, unknown>>> } = await json('package-lock.json')
const locked = Object.entries(lock.packages).filter(([path, { link }]) => path !== '' && link !== true)
const production = locked.filter(([, { dev }]) => dev !== true)
const nameOf = (path: string) => path.replace(/^.*node_modules\//, '')

t.test('the lock file is that of package.json, and says what each package is', (t) => {
  for (const part of ['dependencies', 'devDependencies', 'optionalDependencies'])
    t.same(lock.packages['']?.[part], manifest[part], part)
  t.same(
    locked.filter(([, { integrity }]) => !/^sha(512|1)-/.test(integrity ?? '')).map(([path]) => path),
    [],
    'without a hash'
  )
  t.end()
})

t.test('every package that is delivered has a licence that goes with ours', (t) => {
  const fine = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'Unlicense']
  // What their manifests do not say in a word that is known: read in their files.
  const readByHand: Readonly<Record<string, string>> = {
    'ax@0.1.8': 'MIT',
    'only@0.0.2': 'MIT',
    'shred@0.8.10': 'MIT',
    'sprintf@0.1.1': 'BSD-3-Clause',
    'btoa@1.1.1': 'Apache-2.0',
    'swagger-client@2.0.26': 'Apache-2.0',
    'json-schema@0.4.0': 'BSD-3-Clause'
  }
  const wrong = production
    .map(([path, { version, license }]) => [`${nameOf(path)}@${version}`, license ?? ''] as const)
    .filter(([name, license]) => !fine.includes(readByHand[name] ?? license))
  t.same(wrong, [])
  t.ok(production.length > 100)
  t.end()
})

/** One hole that is known, in our own list. */
interface Advisory {
  readonly package: string
  /** The first version without it. */
  readonly below: string
  readonly id: string
  /** When it was made known, to the day or the month. */
  readonly published: string
  /** Where that can be read. */
  readonly source: string
  readonly what: string
  /** Why it does not concern us. */
  readonly accepted?: string
}

/** What is wrong with an entry, or undefined. */
function wrongWith({ id = '', published = '', source = '', below = '', what = '' }: Partial<Advisory>): string | undefined {
  const [, year] = /^CVE-(\d{4})-\d{4,}$/.exec(id) ?? []
  if (year === undefined) return 'id'
  const day = /^\d{4}-\d{2}$/.test(published) ? `${published}-01` : published
  // A record is published in its year or later.
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day)) || day.slice(0, 4) < year) return 'published'
  if (!/^https:\/\/(github\.com\/advisories\/GHSA(-\w{4}){3}|www\.cve\.org\/CVERecord\?id=CVE-\d+-\d+)$/.test(source))
    return 'source'
  if (source.includes('CVE-') && !source.endsWith(`=${id}`)) return 'source'
  return /^\d+\.\d+\.\d+$/.test(below) ? (what === '' ? 'what' : undefined) : 'below'
}

t.test('each entry of the list of known holes says which one it is, since when it is known and where that stands', async (t) => {
  const { lookedUp, advisories }: { lookedUp: string; advisories: readonly Advisory[] } = await json('config/advisories.json')
  t.same(
    advisories.map((one) => ({ ...one, wrong: wrongWith(one) })).filter(({ wrong }) => wrong !== undefined),
    []
  )
  t.equal(new Set(advisories.map(({ id }) => id)).size, advisories.length, 'each once')
  t.ok(
    advisories.every(({ published }) => published <= lookedUp),
    'the list is as new as its newest entry'
  )
  const ageDays = Math.floor((Date.now() - Date.parse(lookedUp)) / 86_400_000)
  t.comment(`The list of known holes is ${ageDays} days old; \`npm run audit\` asks the registry's`)
  t.ok(ageDays < 365, `${ageDays} days`)
  const [one] = advisories as [Advisory]
  const bad = [
    { id: 'CVE-24-1' },
    { published: '' },
    { published: '2023-13-01' },
    { published: '2023-01-01' },
    { source: '' },
    { below: '8' },
    { what: '' }
  ]
  const cveOf = { source: 'https://www.cve.org/CVERecord?id=CVE-2020-1000' }
  for (const part of [...bad, cveOf]) t.equal(wrongWith({ ...one, ...part }), Object.keys(part)[0], JSON.stringify(part))
})

t.test('no package that is delivered is one with a known hole, by our own list', async (t) => {
  const { advisories }: { advisories: readonly Advisory[] } = await json('config/advisories.json')
  const isBelow = (version: string, limit: string) => version.localeCompare(limit, 'en', { numeric: true }) < 0
  t.ok(isBelow('7.9.0', '7.10.0') && !isBelow('7.10.0', '7.9.0'))
  const found = advisories.flatMap((one) =>
    production
      .filter(([path, { version }]) => nameOf(path) === one.package && isBelow(version, one.below))
      .map(([path, { version }]) => ({ id: one.id, path, version, accepted: one.accepted !== undefined }))
  )
  t.same(
    found.filter(({ accepted }) => !accepted),
    []
  )
  t.equal(found.length, advisories.filter(({ accepted }) => accepted !== undefined).length, 'what is accepted is still needed')
})

t.test('containers have no rights that they do not need', async (t) => {
  const { services } = parse(await read('docker/compose.yaml'), { merge: true })
  for (const [name, service] of Object.entries<Record<string, unknown>>(services)) {
    t.same(service.cap_drop, ['ALL'], name)
    t.same(service.security_opt, ['no-new-privileges:true'], name)
    t.equal(service.privileged, undefined, name)
    t.same(service.ulimits, { core: 0 }, `${name} leaves no core`)
    if (!['postgres', 'redis', 'drachtio'].includes(name)) t.equal(service.read_only, true, name)
  }
  for (const image of ['asterisk', 'switchboard']) {
    const lines = (await read(`docker/${image}.Dockerfile`)).split('\n')
    t.match(lines.filter((line) => line.startsWith('USER ')).at(-1), /^USER [1-9]\d*$/, `${image} is not root`)
  }
})

t.test('keys and passwords are readable by their owner, or the group that runs Asterisk', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-modes-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const mode = async (...path: string[]) => ((await stat(join(folder, ...path))).mode & 0o777).toString(8)
  loadSecrets(readEnvironment({ DATA_DIR: folder }))
  t.equal(await mode('secrets.json'), '600')
  await renderAsterisk({
    root: '/',
    etcDir: join(folder, 'etc'),
    dataDir: join(folder, 'data'),
    ...{ sipAddress: '127.0.0.1:5060', ariAddress: '127.0.0.1:8088', rtpPorts: { from: 20_000, to: 20_100 } },
    ...{ ariUser: 'user', ariPassword: 'a password', app: 'switchboard-main' },
    layout: { moduleDir: '/nowhere', assetDir: '/nowhere', soundsLanguage: 'en' }
  })
  t.equal(await mode('etc'), '750')
  t.equal(await mode('etc', 'ari.conf'), '640')
  t.equal(await mode('data', 'db'), '700', 'where Asterisk keeps the passwords of phones')
})

/** The settings of a unit of systemd; each may stand there several times. */
async function unit(name: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const settings = new Map<string, string[]>()
  for (const line of (await read(`config/systemd/${name}.service`)).split('\n')) {
    const [, key, value] = /^([A-Z]\w*)=(.*)$/.exec(line) ?? []
    if (key !== undefined && value !== undefined) settings.set(key, [...(settings.get(key) ?? []), value])
  }
  return settings
}

t.test('under systemd both processes have no rights that they do not need, and name what there is', async (t) => {
  const cli = await read('src/cli.ts')
  const bare = {
    ...{ User: 'switchboard', NoNewPrivileges: 'yes', CapabilityBoundingSet: '', AmbientCapabilities: '' },
    ...{ ProtectSystem: 'strict', ProtectHome: 'yes', PrivateTmp: 'yes', PrivateDevices: 'yes', RestrictNamespaces: 'yes' },
    ...{ ProtectKernelTunables: 'yes', ProtectKernelModules: 'yes', ProtectControlGroups: 'yes', RestrictSUIDSGID: 'yes' },
    ...{ SystemCallArchitectures: 'native', UMask: '0027', LimitCORE: '0' }
  }
  for (const name of ['switchboard', 'switchboard-asterisk']) {
    const settings = await unit(name)
    for (const [key, value] of Object.entries(bare)) t.same(settings.get(key), [value], `${name}: ${key}`)
    t.same(settings.get('StartLimitIntervalSec'), ['0'], 'else it stays down after five restarts in ten seconds')
    t.equal(settings.has('ReadWritePaths'), false, 'it writes where its state is, and nowhere else')
    t.same(settings.get('SystemCallFilter')?.slice(0, 2), ['@system-service', '~@privileged @resources'])
    const given = Object.fromEntries(
      (settings.get('Environment') ?? []).flatMap((line) => line.split(' ').map((one) => one.split('=') as [string, string]))
    )
    const { NODE_ENV: _, ...ours } = given
    const known = readEnvironment(ours) as Readonly<Record<string, unknown>>
    for (const [key, value] of Object.entries(ours)) t.equal(known[key], value, `${name}: ${key}`)
    t.equal(ours.DATA_DIR, `/var/lib/${settings.get('StateDirectory')}`)
    for (const path of Object.values(ours)) t.ok(path.startsWith(`${ours.DATA_DIR}`), `${path} can be written to`)
    const commands = ['ExecStart', 'ExecStartPre'].flatMap((key) => settings.get(key) ?? [])
    for (const [, command] of commands.join('\n').matchAll(/build\/cli\.js (\S+)/g)) t.match(cli, `.command('${command}')`)
  }
  const server = await unit('switchboard')
  const { DRAIN_SECONDS } = readEnvironment({})
  t.ok(Number(server.get('TimeoutStopSec')) > DRAIN_SECONDS + 15, 'calls in progress have the time that they are given')
  t.same(server.get('Restart'), ['always'], 'else nobody takes up the calls that SIGQUIT leaves')
  const nodeArgs = server.get('ExecStart')?.[0]?.match(/--\S+/g) ?? []
  const memory = /report|heap-?snapshot|heap-prof|abort|inspect/
  for (const file of ['config/systemd/switchboard.service', 'docker/switchboard.Dockerfile', 'docker/compose.yaml', 'Makefile'])
    t.notMatch(await read(file), memory, `${file} has Node write its memory down, or show it`)
  const quoted = (quote: string) => nodeArgs.map((one) => `${quote}${one}${quote}`).join(', ')
  t.match(
    await read('docker/switchboard.Dockerfile'),
    `ENTRYPOINT ["node", ${quoted('"')}, "build/cli.js"]`,
    'the image starts Node alike'
  )
  t.match(await read('tests/bench/ivr/contestants.ts'), `const nodeArgs = [${quoted("'")}]`, 'and so does the bench')
  const asterisk = await unit('switchboard-asterisk')
  const { DATA_DIR } = readEnvironment({ DATA_DIR: '/var/lib/switchboard' })
  t.match(asterisk.get('ExecStart')?.[0], ` -C ${join(DATA_DIR, 'asterisk/etc/asterisk.conf')} -f`)
  t.match(await read('asterisk/etc/asterisk.conf'), new RegExp(`^maxfiles = ${asterisk.get('LimitNOFILE')}$`, 'm'))
})
