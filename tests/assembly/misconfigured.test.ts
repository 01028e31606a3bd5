import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

/** How the server ends that is started with these variables, and what it says. */
const serve = (variables: Readonly<Record<string, string>>) =>
  new Promise<{ readonly code: unknown; readonly said: string }>((resolve) => {
    const env = { ...process.env, ...variables }
    execFile(process.execPath, ['--import=tsx', 'src/cli.ts', 'serve'], { env }, (error, out, said) =>
      resolve({ code: error?.code ?? 0, said: out + said })
    )
  })

t.test('a server with a wrong configuration ends in a way of its own, after which systemd leaves it', async (t) => {
  const dir = t.testdir({ data: {} })
  const usual = { DATA_DIR: join(dir, 'data'), ARI_USER: 'nobody', ARI_PASSWORD: 'secret-of-nobody' }
  const broken = join(dir, 'centre.yaml')
  await writeFile(broken, 'queues: { service: { titel: Service } }\n')
  t.match(await serve({ ...usual, HTTP_ADDRESS: 'nowhere' }), { code: 78, said: /HTTP_ADDRESS/ })
  t.match(await serve({ ...usual, CONFIG: broken }), { code: 78, said: /titel/ })
  const hooked = join(dir, 'hooked.yaml')
  const hook = 'webhooks: { crm: { url: "http://crm.example/", secret_env: CRM_SECRET } }\n'
  await writeFile(hooked, `${await readFile('tests/bench/ivr/centre.yaml', 'utf8')}\n${hook}`)
  t.match(await serve({ ...usual, CONFIG: hooked, DATABASE_URL: 'postgres://127.0.0.1:9/none' }), {
    code: 78,
    said: /webhooks\.crm/
  })
  t.match(
    await serve({ ...usual, CONFIG: join(dir, 'none.yaml') }),
    { code: 1, said: /none\.yaml/ },
    'a file may come back by itself'
  )
  t.match(await readFile('config/systemd/switchboard.service', 'utf8'), /^RestartPreventExitStatus=78$/m)
})
