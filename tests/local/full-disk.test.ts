import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startChild } from '../../src/local/child-process.ts'
import { takePidFiles } from '../../src/local/pid-files.ts'
import { isAlive } from '../../src/local/process-identity.ts'
import { renderAsterisk } from '../../src/local/render-asterisk.ts'
import { limitFiles } from '../helpers/limit-files.ts'
import { until } from '../helpers/until.ts'

// A disk that is full while parts end must not keep them from being started again.

async function folderOf(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-full-disk-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

t.test('a part that cannot be noted runs and is stopped like any other, and its log goes on when there is room', async (t) => {
  const folder = await folderOf(t)
  const said: string[] = []
  const say = (text: string) => void said.push(text)
  const pidFiles = await takePidFiles(folder, say)
  t.teardown(() => pidFiles.release())
  const logFile = join(folder, 'log', 'part.log')
  const disk = limitFiles(t, 1)
  const child = startChild({
    ...{ name: 'part', command: process.execPath, args: ['-e', "setInterval(() => console.log('a line'), 10)"] },
    ...{ env: process.env, logFile, pidFiles, problemIn: () => undefined, say }
  })
  const told = (what: RegExp) => said.filter((line) => what.test(line)).length
  await until(() => told(/takes no more/) > 0, { what: 'it is told that the log takes nothing' })
  disk.lift()
  await until(async () => (await readFile(logFile, 'utf8')).split('\n').filter((line) => line === 'a line').length > 2, {
    what: 'whole lines are in the log'
  })
  t.ok(isAlive(child.pid))
  t.equal(told(/^part \(process \d+\) cannot be noted in .*EFBIG/), 1)
  t.equal(told(/part.log takes no more/), 1)
  await child.stop(5000)
  t.notOk(isAlive(child.pid), 'it is not left behind')
})

t.test('Asterisk has its configuration as it was, and a changed one whole or not at all', async (t) => {
  const folder = await folderOf(t)
  const render = (ariPassword: string) =>
    renderAsterisk({
      root: '/',
      etcDir: join(folder, 'etc'),
      dataDir: join(folder, 'data'),
      ...{ sipAddress: '127.0.0.1:5060', ariAddress: '127.0.0.1:8088', rtpPorts: { from: 20_000, to: 20_100 } },
      ...{ ariUser: 'user', ariPassword, app: 'switchboard-main' },
      layout: { moduleDir: '/nowhere', assetDir: '/nowhere', soundsLanguage: 'en' }
    })
  const command = await render('before')
  const text = () => readFile(join(folder, 'etc', 'ari.conf'), 'utf8')
  const before = await text()
  const disk = limitFiles(t, 1)
  const again = await render('before')
  const changed = await render('after').then(
    () => 'written',
    ({ code }: NodeJS.ErrnoException) => code
  )
  disk.lift()
  t.same(again, command)
  t.equal(changed, 'EFBIG')
  t.equal(await text(), before)
  await render('after')
  t.match(await text(), /after/)
})
