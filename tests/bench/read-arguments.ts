import { parseArgs } from 'node:util'

type Values = Record<string, number | string | boolean>

type Read<Usual> = {
  readonly [Name in keyof Usual]: Usual[Name] extends number ? number : Usual[Name] extends string ? string : boolean
}

/**
 * What a bench command was asked for. `usual` names its options and what they are when not given, which also says whether each is a number (0 or more), a text
 * or a switch. `counts` are whole numbers from 1 on: a run of no rounds would prove nothing and be green. Throws at an unknown option, and at anything else where
 * a number belongs: a run of half an hour is not begun with a slip of the pen.
 */
export function readArguments<const Usual extends Values>(
  usual: Usual,
  args: readonly string[],
  counts: readonly (keyof Usual)[] = []
): Read<Usual> {
  const options = Object.fromEntries(
    Object.entries(usual).map(([name, value]) => [name, { type: typeof value === 'boolean' ? 'boolean' : 'string' } as const])
  )
  const { values } = parseArgs({ args: [...args], options })
  const read = Object.entries(usual).map(([name, otherwise]) => [name, readValue(name, values[name] ?? otherwise, otherwise)])
  const all = Object.fromEntries(read) as Read<Usual>
  for (const name of counts) {
    const value = Number(all[name])
    if (!Number.isInteger(value) || value < 1)
      throw new Error(`--${String(name)}: expected a whole number from 1 on, got ${value}`)
  }
  return all
}

/** The same of the command that runs; with `--help` it prints what there is and ends, and a mistake is told in one line. */
export function commandArguments<const Usual extends Values>(usual: Usual, counts: readonly (keyof Usual)[] = []): Read<Usual> {
  const args = process.argv.slice(2)
  if (args.includes('--help')) {
    console.log(helpOf(usual))
    process.exit(0)
  }
  try {
    return readArguments(usual, args, counts)
  } catch (error) {
    console.error(`${(error as Error).message}\n${helpOf(usual)}`)
    process.exit(2)
  }
}

/** Everything there is, as it is when not given. */
export function helpOf(usual: Values): string {
  const all = Object.entries(usual).map(
    ([name, value]) => `--${name}${typeof value === 'boolean' ? '' : ` ${value === '' ? '…' : value}`}`
  )
  return `Options: ${all.join(', ')}`
}

function readValue(
  name: string,
  given: number | string | boolean,
  otherwise: number | string | boolean
): number | string | boolean {
  if (typeof otherwise !== 'number') return given
  const value = given === '' ? Number.NaN : Number(given)
  if (Number.isFinite(value) && value >= 0) return value
  throw new Error(`--${name}: expected a number, got ${JSON.stringify(given)}`)
}
