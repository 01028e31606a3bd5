import { escapeXml } from '../escape-xml.ts'
import type { Flow } from '../flow.ts'
import { graphOf } from './graph-of.ts'
import { lookOf } from './icons.ts'
import { layOut, type PlacedArrow, type PlacedBox, sizes } from './lay-out.ts'
import type { Point } from './route-arrows.ts'
import { style } from './style.ts'

/** Kinds drawn as pills: where callers come in, and where they leave for. */
const pills: ReadonlySet<string> = new Set(['entry', 'shortcut', 'fault', 'left', 'flow'])

/** A flow as an SVG drawing. Other flows are links to drawings beside it, `NAME.svg`. */
export function flowSvg(flow: Flow): string {
  const { width, height, boxes, arrows } = layOut(graphOf(flow))
  const [w, h] = [Math.ceil(width), Math.ceil(height)]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img">`,
    `<title>${escapeXml(flow.name)}</title>`,
    `<desc>${escapeXml(flow.describe)}</desc>`,
    `<style>${style}</style>`,
    '<defs>',
    ...['way', 'fast'].map(
      (kind) =>
        `<marker id="${kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path class="head ${kind}" d="M0 0L10 5L0 10z"/></marker>`
    ),
    '</defs>',
    `<rect class="ground" width="${w}" height="${h}"/>`,
    ...arrows.map(drawArrow),
    ...boxes.map(drawBox),
    ...arrows.map(drawLabel).filter((label) => label !== ''),
    '</svg>',
    ''
  ].join('\n')
}

function drawBox(box: PlacedBox): string {
  const { kind, title, about, titleLines, aboutLines, width, height } = box
  const { family, icon } = lookOf(kind)
  const pill = pills.has(kind)
  const [left, top] = [round(box.x - width / 2), round(box.y - height / 2)]
  const textLeft = sizes.padding + sizes.icon + 10
  const line = (index: number) => sizes.padding + 12 + index * sizes.line
  const texts = [
    ...titleLines.map((text, index) => textAt('title', textLeft, line(index), text)),
    textAt('kind', textLeft, line(titleLines.length), kind === 'run' ? 'run ↗' : kind),
    ...aboutLines.map((text, index) => textAt('about', sizes.padding, line(titleLines.length + 1 + index) + 6, text))
  ]
  const drawn = [
    `<g class="${family}" transform="translate(${left} ${top})">`,
    `<title>${escapeXml([title, ...about].join('\n'))}</title>`,
    `<rect class="box${pill ? ' round' : ''}" width="${width}" height="${height}" rx="${pill ? 22 : 7}"/>`,
    ...(pill ? [] : [`<path class="bar" d="M0 7a7 7 0 0 1 7-7v${height}a7 7 0 0 1-7-7z" transform="scale(.6 1)"/>`]),
    `<path class="icon" transform="translate(${sizes.padding} ${sizes.padding + 3})" d="${icon}"/>`,
    ...texts,
    '</g>'
  ].join('')
  return box.flow === undefined ? drawn : `<a href="${escapeXml(encodeURIComponent(box.flow))}.svg">${drawn}</a>`
}

function textAt(kind: string, x: number, y: number, text: string): string {
  return `<text class="${kind}" x="${x}" y="${y}">${escapeXml(text)}</text>`
}

function drawArrow({ points, kind }: PlacedArrow): string {
  const marker = kind === 'fast' ? 'fast' : 'way'
  return `<path class="arrow ${kind}" d="${curve(points)}" marker-end="url(#${marker})"/>`
}

/** Straight at both ends, bent through the middles between. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points
  const last = rest.pop()
  if (first === undefined || last === undefined) return ''
  const at = ({ x, y }: Point) => `${round(x)} ${round(y)}`
  const bends = rest.map((point, index) => {
    const next = rest[index + 1]
    return `Q${at(point)} ${next === undefined ? at(last) : at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`
  })
  return `M${at(first)}${bends.length === 0 ? `L${at(last)}` : bends.join('')}`
}

function drawLabel({ label }: PlacedArrow): string {
  if (label === undefined) return ''
  const { x, y, lines, width } = label
  const height = lines.length * sizes.line
  const ground = `<rect class="label-ground" x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${width}" height="${height}" rx="4"/>`
  const texts = lines.map((text, index) => textAt('label', round(x), round(y - height / 2 + 12.5 + index * sizes.line), text))
  return [ground, ...texts].join('')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
