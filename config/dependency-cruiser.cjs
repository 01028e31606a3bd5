/** Which room may import which. A room missing from this table may import nothing. Everyone may import `domain`. */
const mayImport = {
  domain: [],
  config: ['domain'],
  flow: ['domain'],
  routing: ['domain'],
  staffing: ['domain', 'routing'],
  agents: ['domain'],
  calls: ['domain', 'flow', 'routing', 'agents'],
  ari: ['domain'],
  sip: ['domain'],
  store: ['domain'],
  records: ['domain'],
  recordings: ['domain'],
  customers: ['domain'],
  connectors: ['domain'],
  webhooks: ['domain'],
  traces: ['domain'],
  backup: ['domain'],
  speech: ['domain'],
  cti: ['domain', 'agents', 'calls'],
  http: ['domain', 'agents', 'calls', 'flow', 'records', 'recordings', 'customers'],
  remote: ['domain'],
  local: ['domain', 'config'],
  client: ['domain', 'cti'],
  console: ['domain', 'cti', 'client'],
  commands: ['.*'],
  assembly: ['(?!commands/).*']
}

/** The parts of large rooms, lowest first: each may import those named of its room. */
const partsOf = {
  // What lies in none of them is where a call begins, and only callbacks and desks import it.
  calls: {
    line: [],
    offers: [],
    admission: [],
    call: ['line', 'offers', 'admission'],
    talk: ['line', 'offers', 'call'],
    caller: ['line', 'offers', 'call', 'talk'],
    callbacks: ['line', 'offers', 'call', 'talk', 'caller', '[^/]+\\.ts$'],
    desk: ['line', 'offers', 'call', 'talk', 'caller', '[^/]+\\.ts$']
  },
  // What lies in none of them is the protocol's words, and where everything is put together.
  cti: {
    board: ['(messages|cti-world)\\.ts$'],
    translate: ['board', 'messages\\.ts$'],
    view: ['board', 'translate', '(messages|cti-world)\\.ts$'],
    commands: ['board', 'translate', 'view', 'session', '(messages|cti-world|route-book)\\.ts$'],
    session: ['board', 'translate', 'view', 'commands', '(messages|commands|cti-world|route-book)\\.ts$'],
    messages: [],
    reference: ['messages', '(messages|commands)\\.ts$']
  },
  // A text on its way to a flow; what lies in none of them takes it through all parts, or many of them together.
  'flow/compile': {
    source: [],
    findings: ['source'],
    schema: ['source', 'findings'],
    expressions: ['source', 'findings', 'compile-context\\.ts$'],
    build: ['source', 'findings', 'schema', 'expressions', 'compile-context\\.ts$'],
    check: ['source', 'findings', 'expressions']
  }
}

/** Which rooms own which library (a regular expression of room names). */
const owner = {
  'ari-client': 'ari',
  'drachtio-srf': 'sip',
  pg: 'store',
  'node-pg-migrate': 'store',
  ioredis: 'store',
  fastify: '(http|cti)',
  '@fastify': '(http|cti)',
  'prom-client': 'http',
  yaml: '(flow|config)',
  '@marcbachmann/cel-js': 'flow',
  pino: 'assembly',
  'pinyin-pro': 'speech',
  '@dagrejs': 'flow',
  undici: '(connectors|ari|remote)',
  ws: '(ari|http)',
  dotenv: 'config',
  commander: '(cli|commands)',
  jssip: 'console',
  preact: 'console'
}

const rooms = Object.keys(mayImport).join('|')

module.exports = {
  forbidden: [
    { name: 'every-folder-is-a-known-room', severity: 'error', from: { path: `^src/(?!(main|cli)\\.ts$|(${rooms})/)` }, to: {} },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '^(src/main|src/cli|src/console|tests/)|\\.d\\.ts$' }, to: {} },
    { name: 'only-cli-imports-main', severity: 'error', from: { pathNot: '^src/(cli|main)\\.ts$|^src/(commands|assembly)/|^tests/' }, to: { path: '^src/((main|cli)\\.ts$|assembly/)' } },
    { name: 'src-never-imports-tests', severity: 'error', from: { path: '^src/' }, to: { path: '^tests/' } },
    ...Object.entries(mayImport).map(([room, others]) => ({
      name: `${room}-imports-only-${others.join('-').replace('(?!commands/).*', 'anything-but-commands').replace('.*', 'anything') || 'itself'}`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: `^src/(${[room, ...others].join('|')})/` }
    })),
    ...Object.entries(partsOf).flatMap(([room, parts]) =>
      Object.entries(parts).map(([part, others]) => ({
        name: `${part}-of-${room.replace('/', '-')}-imports-what-lies-below-it`,
        severity: 'error',
        from: { path: `^src/${room}/${part}/` },
        to: { path: `^src/${room}/`, pathNot: `^src/${room}/(${[part, ...others].map((other) => (other.endsWith('$') ? other : `${other}/`)).join('|')})` }
      }))
    ),
    {
      name: 'calls-begin-without-callbacks-and-desks',
      severity: 'error',
      from: { path: '^src/calls/[^/]+\\.ts$' },
      to: { path: '^src/calls/(callbacks|desk)/' }
    },
    ...Object.entries(owner).map(([library, room]) => ({
      name: `${library.replace(/[^a-z-]/g, '')}-belongs-to-${room.replace(/[^a-z]+/g, '-')}`,
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/${room}[/.]` },
      to: { path: `node_modules/${library}/` }
    })),
    {
      name: 'client-brings-nothing-along',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { pathNot: '^src/client/', dependencyTypesNot: ['type-only'] }
    },
    {
      name: 'core-does-no-io',
      severity: 'error',
      from: { path: '^src/(domain|routing|staffing|agents|calls)/|^src/flow/(?!compile|test/|graph/|init/|cli)' },
      to: { dependencyTypes: ['npm', 'core'], dependencyTypesNot: ['type-only'] }
    }
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/console' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] }
  }
}
