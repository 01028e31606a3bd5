import { Graph as Layered, layout } from '@dagrejs/dagre'
import type { Arrow, Box, Graph } from './graph-of.ts'
import { type Point, routeArrows } from './route-arrows.ts'
import { widthOf, wrapped } from './text-width.ts'

/** Sizes in pixels. */
export const sizes = { title: 14, about: 12, label: 12, line: 17, padding: 12, icon: 20 } as const
const TITLE_EMS = 17
const ABOUT_EMS = 21
const LABEL_EMS = 16
const ABOUT_LINES = 4
const LABEL_LINES = 4

/** A box with its place: x and y are its middle. */
export interface PlacedBox extends Box, Point {
  readonly width: number
  readonly height: number
  readonly titleLines: readonly string[]
  readonly aboutLines: readonly string[]
}

export interface PlacedArrow extends Arrow {
  readonly points: readonly Point[]
  readonly label: (Point & { readonly lines: readonly string[]; readonly width: number }) | undefined
}

export interface Placed {
  readonly width: number
  readonly height: number
  readonly boxes: readonly PlacedBox[]
  readonly arrows: readonly PlacedArrow[]
}

/** Gives boxes and arrows their places, in layers from top to bottom. */
export function layOut({ boxes, arrows }: Graph): Placed {
  const graph = new Layered<LayoutGraph, LayoutNode, LayoutEdge>({ multigraph: true })
  graph.setGraph({ rankdir: 'TB', nodesep: 36, edgesep: 18, ranksep: 42, marginx: 16, marginy: 16 })
  const sized = boxes.map(sizeOf)
  for (const { id, width, height } of sized) graph.setNode(id, { width, height })
  const labels = arrows.map(({ labels }) => (labels.length === 0 ? [] : wrapped(labels.join(' · '), LABEL_EMS, LABEL_LINES)))
  for (const [index, { from, to, kind }] of arrows.entries()) {
    const lines = labels[index] ?? []
    const size = lines.length === 0 ? {} : { width: labelWidth(lines), height: lines.length * sizes.line }
    // What callers do most holds the drawing together: the arrows of failures are bent, not these.
    graph.setEdge(from, to, { ...size, labelpos: 'c', weight: kind === 'fail' ? 1 : 3, minlen: 1 }, String(index))
  }
  layout(graph)

  const { width = 0, height = 0 } = graph.graph()
  const placed = sized.map((box) => ({ ...box, ...pointOf(graph.node(box.id)) }))
  const byId = new Map(placed.map((box) => [box.id, box]))
  const edges = arrows.map(({ from, to }, index) => graph.edge(from, to, String(index)))
  const routes = arrows.map(({ from, to }, index) => {
    const [start, end] = [byId.get(from), byId.get(to)]
    if (start === undefined || end === undefined) throw new Error('An arrow of a drawing leads to no box')
    return { from: start, to: end, bends: (edges[index]?.points ?? []).slice(1, -1) }
  })
  const points = routeArrows(routes, placed)
  return {
    width,
    height,
    boxes: placed,
    arrows: arrows.map((arrow, index): PlacedArrow => {
      const lines = labels[index] ?? []
      const label = lines.length === 0 ? undefined : { ...pointOf(edges[index] ?? {}), lines, width: labelWidth(lines) }
      return { ...arrow, points: points[index] ?? [], label }
    })
  }
}

interface LayoutGraph {
  readonly [setting: string]: unknown
  readonly width?: number
  readonly height?: number
}

interface LayoutNode {
  readonly width: number
  readonly height: number
  readonly x?: number
  readonly y?: number
}

interface LayoutEdge {
  readonly [setting: string]: unknown
  readonly x?: number
  readonly y?: number
  readonly points?: readonly Point[]
}

function sizeOf(box: Box): Omit<PlacedBox, 'x' | 'y'> {
  const titleLines = wrapped(box.title, TITLE_EMS, 3)
  const aboutLines = box.about.flatMap((text) => wrapped(text, ABOUT_EMS, ABOUT_LINES))
  const head = Math.max(...titleLines.map((line) => widthOf(line) * sizes.title * 1.06)) + sizes.icon + 10
  const kind = widthOf(box.kind) * sizes.about + sizes.icon + 10
  const body = Math.max(0, ...aboutLines.map((line) => widthOf(line) * sizes.about))
  const lines = titleLines.length + 1 + aboutLines.length
  return {
    ...box,
    titleLines,
    aboutLines,
    width: Math.round(Math.max(head, kind, body, 96) + 2 * sizes.padding),
    height: lines * sizes.line + 2 * sizes.padding - 4 + (aboutLines.length > 0 ? 6 : 0)
  }
}

function labelWidth(lines: readonly string[]): number {
  return Math.round(Math.max(...lines.map((line) => widthOf(line) * sizes.label)) + 10)
}

function pointOf({ x = 0, y = 0 }: { readonly x?: number; readonly y?: number }): Point {
  return { x, y }
}
