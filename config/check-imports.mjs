// Runs dependency-cruiser and refuses a run that saw (almost) nothing: with a compiler it does not know it reports no violation and exits 0.
import { spawnSync } from 'node:child_process'

const run = spawnSync('npx', ['depcruise', '--config', 'config/dependency-cruiser.cjs', '--output-type', 'err-long', 'src'], { encoding: 'utf8' })
process.stdout.write(run.stdout)
process.stderr.write(run.stderr)

const modules = Number(/\((\d+) modules/.exec(run.stdout)?.[1] ?? 0)
if (run.status === 0 && modules < 20) {
  console.error(`The import check saw only ${modules} modules: it is not looking at the sources`)
  process.exit(1)
}
process.exit(run.status ?? 1)
