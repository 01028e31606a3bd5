/** What a kind of box is about. Decides its colour. */
export type Family = 'says' | 'asks' | 'decides' | 'people' | 'systems' | 'notes' | 'leads' | 'ends'

interface Look {
  readonly family: Family
  /** An SVG path in a square of 20, drawn as a line. */
  readonly icon: string
}

const dots = [5, 10, 15].flatMap((y) => [5, 10, 15].map((x) => `M${x} ${y}h.01`)).join('')
const people =
  'M7 9a3 3 0 1 0 0-6a3 3 0 0 0 0 6M1.5 17c0-4 2-6 5.5-6s5.5 2 5.5 6M13 3.5a3 3 0 0 1 0 5.5M15 11.5c2.5.7 3.5 2.5 3.5 5.5'
const arrow = 'M3 10h13M11 5l5 5l-5 5'

const looks: Readonly<Record<string, Look>> = {
  entry: { family: 'leads', icon: 'M5 3c-2 6 6 14 12 12l1-3l-4-2l-2 2c-2-1-4-3-4-4l2-2l-2-4z' },
  shortcut: { family: 'ends', icon: 'M11 2L4 11h5l-1 7l8-10h-5z' },
  fault: { family: 'ends', icon: 'M10 3L18 17H2zM10 8v4M10 14.5h.01' },
  left: { family: 'ends', icon: 'M2 12c4-5.5 12-5.5 16 0l-2 3l-3.5-1.5V11c-1.5-.5-3.5-.5-5 0v2.5L4 15z' },
  flow: { family: 'leads', icon: 'M3 3h14v14H3zM6 6h8v8H6z' },
  play: { family: 'says', icon: 'M3 8v4h3l4 4V4L6 8zM13 7c1.5 2 1.5 4 0 6M15.5 4.5c3 3.5 3 7.5 0 11' },
  menu: { family: 'asks', icon: dots },
  collect: { family: 'asks', icon: 'M8 3L6 17M14 3L12 17M3 7.5h14M3 12.5h14' },
  record: {
    family: 'says',
    icon: 'M10 2.5a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0V5A2.5 2.5 0 0 1 10 2.5M4.5 9.5c0 7.5 11 7.5 11 0M10 15v3'
  },
  set: { family: 'notes', icon: 'M4 7h12M4 13h12' },
  branch: { family: 'decides', icon: 'M10 2v5M10 7L4 13v5M10 7l6 6v5' },
  split: {
    family: 'decides',
    icon: 'M5 15L15 5M6 7h.01M14 13h.01M5 6a1 1 0 1 0 2 0a1 1 0 1 0-2 0M13 14a1 1 0 1 0 2 0a1 1 0 1 0-2 0'
  },
  hours: { family: 'decides', icon: 'M10 2.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 0 0 0-15M10 6v4l3 2' },
  request: { family: 'systems', icon: 'M3 7h13M12 3l4 4M17 13H4M8 17l-4-4' },
  customer: { family: 'systems', icon: 'M10 9a3.5 3.5 0 1 0 0-7a3.5 3.5 0 0 0 0 7M3 18c0-4.5 2.5-6.5 7-6.5s7 2 7 6.5' },
  queue: { family: 'people', icon: people },
  callback: { family: 'people', icon: 'M16 4v5h-5M16 9c-2-4-7-5-10-2s-3 8 1 10s8 0 9-3' },
  transfer: { family: 'people', icon: arrow },
  route: { family: 'systems', icon: 'M10 18v-7M10 11L4 5V2M10 11l6-6V2M2 4l2-2l2 2M14 4l2-2l2 2' },
  run: { family: 'leads', icon: 'M3 3h14v14H3zM6 6h8v8H6z' },
  go: { family: 'leads', icon: arrow },
  language: {
    family: 'notes',
    icon: 'M2 5h9M6.5 3v2M9 5c-1 4-3 6-6 7.5M4.5 7.5c1 2 2.5 3.5 4.5 4.5M10 17.5l4-10l4 10M11.5 14h5'
  },
  attach: { family: 'notes', icon: 'M5 2h7l4 4v12H5zM12 2v4h4M8 10h5M8 14h5' },
  record_call: { family: 'notes', icon: 'M3 10a7 7 0 1 0 14 0a7 7 0 1 0 -14 0M8 10a2 2 0 1 0 4 0a2 2 0 1 0 -4 0' },
  tag: { family: 'notes', icon: 'M3 3h7l7 7l-7 7l-7-7zM6.5 6.5h.01' },
  hangup: { family: 'ends', icon: 'M2 12c4-5.5 12-5.5 16 0l-2 3l-3.5-1.5V11c-1.5-.5-3.5-.5-5 0v2.5L4 15z' }
}

/** How a kind of box looks; kinds that are new here look plain. */
export function lookOf(kind: string): Look {
  return looks[kind] ?? { family: 'notes', icon: 'M4 4h12v12H4z' }
}
