import type { Family } from './icons.ts'

const hues: Readonly<Record<Family, readonly [light: string, dark: string]>> = {
  says: ['#1d6fd1', '#6cb0ff'],
  asks: ['#5b45c9', '#a99bff'],
  decides: ['#9a6700', '#e3b341'],
  people: ['#11733a', '#57c785'],
  systems: ['#99308f', '#e58be0'],
  notes: ['#57606a', '#a3adb8'],
  leads: ['#0b6e79', '#5ac8d4'],
  ends: ['#b42324', '#ff8a80']
}

const paper = {
  paper: ['#ffffff', '#14181d'],
  card: ['#ffffff', '#1c2229'],
  line: ['#c6ccd3', '#3a434e'],
  ink: ['#1f2328', '#e6eaef'],
  quiet: ['#59636e', '#a3adb8'],
  way: ['#6e7781', '#8b96a3']
} as const

/** For readers of light and of dark pages; the drawing brings its own ground, so that it can be put on any. */
export const style = `
  svg { ${variables(0)} font-family: system-ui, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif }
  @media (prefers-color-scheme: dark) { svg { ${variables(1)} } }
  .ground { fill: var(--paper) }
  .box { fill: var(--card); stroke: var(--line); stroke-width: 1.2 }
  .box.round { stroke: var(--hue); stroke-width: 1.6 }
  .bar { fill: var(--hue) }
  .icon { fill: none; stroke: var(--hue); stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round }
  .title { fill: var(--ink); font-size: 14px; font-weight: 600 }
  .kind { fill: var(--hue); font-size: 12px }
  .about { fill: var(--quiet); font-size: 12px }
  .label { fill: var(--ink); font-size: 12px; text-anchor: middle }
  .label-ground { fill: var(--paper); opacity: .9 }
  .arrow { fill: none; stroke: var(--way); stroke-width: 1.4 }
  .fail { stroke-dasharray: 5 4; opacity: .75 }
  .fast { stroke: var(--ends); stroke-width: 2.4 }
  .head { fill: var(--way) }
  .head.fast { fill: var(--ends) }
  a:hover .title { text-decoration: underline }
${Object.keys(hues)
  .map((family) => `  .${family} { --hue: var(--${family}) }`)
  .join('\n')}
`

function variables(index: 0 | 1): string {
  return Object.entries({ ...paper, ...hues })
    .map(([name, colours]) => `--${name}: ${colours[index]};`)
    .join(' ')
}
