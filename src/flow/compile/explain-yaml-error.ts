import type { YAMLParseError } from 'yaml'
import { type Saying, say } from '../../domain/saying.ts'

interface Explanation {
  readonly message: Saying
  readonly hint?: Saying
}

type Explain = (message: string) => Explanation

const quotes = say`texts with { } [ ] , or ": " in them need quotes`
const colon = say`look for a colon inside of a text: it needs quotes`
const anchors = say`texts that begin with *, #, & or ! need quotes`
const indent = say`what belongs together begins in the same column`

/** What the YAML library says about a file, in the words of flow designers. */
export function explainYamlError({ code, message }: Pick<YAMLParseError, 'code' | 'message'>): Explanation {
  return explanations[code](message)
}

function same(message: Saying, hint?: Saying): Explain {
  return () => ({ message, ...(hint !== undefined && { hint }) })
}

const explanations: Readonly<Record<YAMLParseError['code'], Explain>> = {
  ALIAS_PROPS: same(say`a reference cannot have an anchor or tag`, anchors),
  BAD_ALIAS: same(say`this cannot be an anchor or a reference`, anchors),
  BAD_COLLECTION_TYPE: same(say`this does not fit its tag`, anchors),
  BAD_DIRECTIVE: same(say`YAML does not know this directive`, say`texts that begin with % need quotes`),
  BAD_DQ_ESCAPE: (message) => ({
    message: say`${message.replace(/^.* /, '')} means nothing in double quotes`,
    hint: say`write the text in single quotes`
  }),
  BAD_INDENT: explainIndent,
  BAD_PROP_ORDER: same(say`an anchor or tag stands in the wrong place`, anchors),
  BAD_SCALAR_START: (message) => ({
    message: say`a text without quotes cannot begin with ${message.slice(-1)}`,
    hint: say`put the text in quotes`
  }),
  BLOCK_AS_IMPLICIT_KEY: (message) => ({
    message: message.startsWith('Nested') ? say`there is a second key in this line` : say`a list cannot be a key`,
    hint: colon
  }),
  BLOCK_IN_FLOW: same(say`lists and keys inside of brackets need brackets themselves`, quotes),
  DUPLICATE_KEY: same(say`this key is given twice`, say`the second one would replace the first`),
  IMPOSSIBLE: same(say`this cannot be read`),
  KEY_OVER_1024_CHARS: same(say`a key has at most 1024 letters`, colon),
  MISSING_CHAR: explainMissing,
  MULTILINE_IMPLICIT_KEY: same(say`a key cannot go over several lines`, colon),
  MULTIPLE_ANCHORS: same(say`this has two anchors`, anchors),
  MULTIPLE_DOCS: same(say`a file holds one document, and --- begins another`),
  MULTIPLE_TAGS: same(say`this has two tags`, anchors),
  NON_STRING_KEY: same(say`a key must be a text`),
  RESOURCE_EXHAUSTION: same(say`this is nested too deeply`),
  TAB_AS_INDENT: same(say`tabs cannot indent`, say`use spaces`),
  TAG_RESOLVE_FAILED: same(say`this does not fit its tag`, anchors),
  UNEXPECTED_TOKEN: same(say`this does not belong here`, quotes)
}

function explainIndent(message: string): Explanation {
  const open = openBracket(message)
  if (open !== undefined) return open
  if (message.startsWith('All')) return { message: say`this does not begin in the column of those above it`, hint: indent }
  return { message: say`this is not indented as it must be`, hint: indent }
}

function explainMissing(message: string): Explanation {
  const open = openBracket(message)
  if (open !== undefined) return open
  const quote = /closing (["'])/.exec(message)?.[1]
  if (quote !== undefined) return { message: say`the ${quote} that closes a text is missing` }
  if (message.startsWith('Missing ,')) return { message: say`a comma is missing here`, hint: quotes }
  if (message.startsWith('Implicit map keys')) return { message: say`a colon is missing behind this` }
  if (message.startsWith('Sequence item')) return { message: say`a - is missing: this stands in a list`, hint: indent }
  if (message.startsWith('Comments')) return { message: say`a space is missing before #`, hint: anchors }
  if (message.startsWith('Missing space')) return { message: say`a space is missing behind the colon` }
  return { message: say`something is missing here` }
}

function openBracket(message: string): Explanation | undefined {
  const closing = /end with a ([\]}])$/.exec(message)?.[1]
  return closing === undefined ? undefined : { message: say`a bracket is open that no ${closing} closes`, hint: quotes }
}
