// Runs every test file and ends with one line: "N passed, N failed". Files given as arguments are run alone.
// Whole-centre tests (real calls through the whole server) mostly wait, so two run beside each other; one that measures time runs alone.
import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, readdirSync } from 'node:fs'
import { createInterface } from 'node:readline'

// Commands speak the language of the locale, and tests read English.
process.env.LC_ALL = 'C'
const given = process.argv.slice(2)
const rooms = readdirSync('tests', { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'helpers')
const filesOf = (names) =>
  names.flatMap((name) =>
    readdirSync(`tests/${name}`)
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => `tests/${name}/${file}`)
  )

const alone = ['tests/centre/soak.test.ts']
const parts = filesOf(rooms.map((room) => room.name).filter((name) => name !== 'centre'))
const whole = filesOf(['centre']).filter((file) => !alone.includes(file))
const groups =
  given.length > 0
    ? [{ files: given, jobs: 1 }]
    : [
        { files: parts, jobs: 2 },
        { files: whole, jobs: 2 },
        { files: alone, jobs: 1 }
      ]

mkdirSync('build', { recursive: true })
const record = createWriteStream('build/tests.tap')
const sum = { pass: 0, fail: 0 }

for (const { files, jobs } of groups) {
  if (files.length === 0) continue
  const found = await runTap(files, jobs)
  sum.pass += found.pass
  sum.fail += found.fail
}
record.end()

if (sum.pass + sum.fail === 0) sum.fail = 1
if (sum.fail > 0) console.log('The whole record is in build/tests.tap')
console.log(`${sum.pass} passed, ${sum.fail} failed`)
process.exitCode = sum.fail === 0 ? 0 : 1

/** A file that crashes or times out counts as a failure even where no assertion of it failed. */
async function runTap(files, jobs) {
  const tap = spawn('npx', ['tap', 'run', '--reporter=tap', `--jobs=${jobs}`, '--timeout=300', ...files], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const exited = new Promise((resolve) => tap.once('close', resolve))
  let found = { pass: 0, fail: 0 }
  let failing = false

  for await (const line of createInterface({ input: tap.stdout })) {
    record.write(`${line}\n`)
    const totals = /^# \{ total: (\d+)(?:, pass: (\d+))?(?:, fail: (\d+))?/.exec(line)
    if (totals) found = { pass: Number(totals[2] ?? 0), fail: Number(totals[3] ?? 0) }
    if (/^(not )?ok \d+ - /.test(line)) console.log(line)
    // Indented failures, with what TAP says about them, up to the closing "...".
    if (/^ +not ok /.test(line)) failing = true
    if (failing) console.log(line)
    if (/^ +\.\.\.$/.test(line)) failing = false
  }

  const status = await exited
  if (status !== 0 && found.fail === 0) found.fail = 1
  return found
}
