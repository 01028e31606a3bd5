export interface Point {
  readonly x: number
  readonly y: number
}

export interface Frame extends Point {
  readonly width: number
  readonly height: number
}

export interface Route {
  readonly from: Frame
  readonly to: Frame
  /** The bends between the two, both ends left out. */
  readonly bends: readonly Point[]
}

/** Ends keep off the corners. */
const USED_WIDTH = 0.72

/**
 * The points of each arrow. It leaves its box at the bottom, or at the top when it goes back up, and turns aside only where its layer is over, so
 * that it does not run behind the boxes beside; the arrows of one side share its width, in the order of where they go.
 */
export function routeArrows(routes: readonly Route[], boxes: readonly Frame[]): readonly (readonly Point[])[] {
  const layers = new Map<number, number>()
  for (const { y, height } of boxes) layers.set(Math.round(y), Math.max(layers.get(Math.round(y)) ?? 0, height / 2))
  const reach = ({ y }: Frame) => (layers.get(Math.round(y)) ?? 0) + 14

  const ports = new Map<string, { readonly route: number; readonly end: 'from' | 'to'; readonly towards: number }[]>()
  for (const [index, { from, to, bends }] of routes.entries()) {
    const down = from.y < to.y
    add(ports, `${from.x} ${from.y} ${down}`, { route: index, end: 'from', towards: (bends[0] ?? to).x })
    add(ports, `${to.x} ${to.y} ${!down}`, { route: index, end: 'to', towards: (bends.at(-1) ?? from).x })
  }
  const offsets = new Map<string, number>()
  for (const side of ports.values()) {
    side.sort((a, b) => a.towards - b.towards)
    for (const [place, { route, end }] of side.entries())
      offsets.set(`${route} ${end}`, side.length === 1 ? 0 : (place / (side.length - 1) - 0.5) * USED_WIDTH)
  }

  return routes.map(({ from, to, bends }, index) => {
    const sign = from.y < to.y ? 1 : -1
    const start = from.x + spread(from.width, offsets.get(`${index} from`))
    const end = to.x + spread(to.width, offsets.get(`${index} to`))
    return [
      { x: start, y: from.y + (sign * from.height) / 2 },
      { x: start, y: from.y + sign * reach(from) },
      ...bends,
      { x: end, y: to.y - sign * reach(to) },
      { x: end, y: to.y - (sign * to.height) / 2 }
    ]
  })
}

/** On a wide box the ends stay near the middle: a few arrows should look like a few. */
function spread(width: number, share = 0): number {
  return share * Math.min(width, 160)
}

function add<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [value])
  else known.push(value)
}
