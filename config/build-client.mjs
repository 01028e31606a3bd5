// Builds `switchboard/client`: modules and types that need nothing but themselves. The types of the protocol are inferred from the server's
// schemas; here they are written out, as whoever uses the client shall not need the library of these.
import { writeFileSync } from 'node:fs'
import ts from 'typescript'

const folder = new URL('../', import.meta.url).pathname
const { config } = ts.readConfigFile(`${folder}tsconfig.json`, ts.sys.readFile)
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, folder)
const entry = `${folder}src/client/public.ts`
const protocol = `${folder}src/client/protocol.ts`
const program = ts.createProgram([entry], {
  ...options,
  noEmit: false,
  declaration: true,
  sourceMap: true,
  rootDir: `${folder}src`,
  outDir: `${folder}build`
})
const checker = program.getTypeChecker()
const { NoTruncation, InTypeAlias, NoTypeReduction, UseSingleQuotesForStringLiteralType } = ts.TypeFormatFlags
const flags = NoTruncation | InTypeAlias | NoTypeReduction | UseSingleQuotesForStringLiteralType

const messages = exportsOf(`${folder}src/cti/messages.ts`)
const wanted = exportsOf(protocol)
const generic = { CtiEventOf: 'Type extends CtiEventType> = Events[Type]', ParamsOf: "Name extends Method> = Requests[Name]['params']", ResultOf: "Name extends Method> = Requests[Name]['result']" }
const lines = ['// Made from the schemas of the server by config/build-client.mjs.', 'type RequestId = string | number']
for (const [name, symbol] of wanted) {
  const declaration = symbol.declarations[0]
  if (name in generic) lines.push(`export type ${name}<${generic[name]}`)
  else if (name === 'CtiEvent') lines.push('export type CtiEvent = Events[CtiEventType]')
  // Written by hand, without the library.
  else if (declaration.getSourceFile().fileName.endsWith('/frames.ts')) lines.push(declaration.getText())
  else lines.push(`export type ${name} = ${written(checker.getDeclaredTypeOfSymbol(symbol))}`)
}
lines.push(`interface Events {\n${membersOf('eventSchemas').map(([name, schema]) => `  '${name}': ${written(outputOf(schema))}`).join('\n')}\n}`)
const requests = membersOf('requestSchemas').map(([name, { type }]) => {
  const [params, result] = ['params', 'result'].map((part) => written(outputOf(memberOf(type, part))))
  return `  '${name}': { params: ${params}; result: ${result} }`
})
lines.push(`interface Requests {\n${requests.join('\n')}\n}`, '')

for (const source of program.getSourceFiles())
  if (source.fileName.startsWith(`${folder}src/client/`)) program.emit(source)
writeFileSync(`${folder}build/client/protocol.d.ts`, lines.join('\n'))

const problems = ts.getPreEmitDiagnostics(program)
if (problems.length > 0) {
  console.error(ts.formatDiagnostics(problems, { getCanonicalFileName: (name) => name, getCurrentDirectory: () => folder, getNewLine: () => '\n' }))
  process.exitCode = 1
}

/** Exported names of a file, with what they stand for. */
function exportsOf(file) {
  const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)))
  return new Map(symbols.map((symbol) => [symbol.name, symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol]))
}

/** The schemas in a table of schemas, by name. */
function membersOf(table) {
  const type = checker.getTypeOfSymbol(messages.get(table))
  return checker.getPropertiesOfType(type).map((property) => [property.name, { type: checker.getTypeOfSymbol(property) }])
}

function memberOf(type, name) {
  return { type: checker.getTypeOfSymbol(checker.getPropertyOfType(type, name)) }
}

/** What a schema lets through: zod keeps it as a type of its own. */
function outputOf({ type }) {
  return memberOf(memberOf(type, '_zod').type, 'output').type
}

/** The type in full, without names of other files. */
function written(type) {
  return type.isUnion() ? type.types.map(written).join(' | ') : checker.typeToString(type, undefined, flags)
}
