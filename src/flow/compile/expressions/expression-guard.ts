import type { ASTNode } from '@marcbachmann/cel-js'
import { type Saying, say } from '../../../domain/saying.ts'

interface Range {
  readonly start: number
  readonly end: number
}

export interface Objection extends Range {
  readonly message: Saying
  readonly hint: Saying
}

const comprehensions = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])

/** What an expression mentions, and what it holds that the language has but flows may not use. */
export interface Inspection {
  readonly names: Set<string>
  readonly queues: (Range & { readonly name: string })[]
  readonly configValues: (Range & { readonly name: string })[]
  readonly objections: Objection[]
}

/** Looks through a parsed expression before it is checked. */
export function inspect(root: ASTNode): Inspection {
  const found: Inspection = { names: new Set(), queues: [], configValues: [], objections: [] }
  visit(root, false, found)
  return found
}

function visit(node: ASTNode, insideLoop: boolean, found: Inspection): void {
  const { start, end } = node
  if (node.op === 'id') found.names.add(node.args)
  if (node.op === '.' && node.args[0].op === 'id' && node.args[0].args === 'config') {
    found.configValues.push({ name: node.args[1], start, end })
  }
  if (node.op === 'call' && node.args[0] === 'queue') visitQueue(node, node.args[1][0], found)
  if (node.op === 'rcall') visitMethod(node, insideLoop, found)
  else visitOperands(node.args, insideLoop, found)
}

function visitQueue({ start, end }: ASTNode, name: ASTNode | undefined, found: Inspection): void {
  if (name?.op === 'value' && typeof name.args === 'string') found.queues.push({ name: name.args, start, end })
  else
    found.objections.push({
      start,
      end,
      message: say`queue() takes the name of a queue in quotes`,
      hint: say`queue("service").waiting`
    })
}

function visitMethod(node: ASTNode & { op: 'rcall' }, insideLoop: boolean, found: Inspection): void {
  const { start, end } = node
  const [method, receiver, parameters] = node.args
  const loops = comprehensions.has(method) && parameters.length >= 2
  // A backtracking regular expression can block the process for minutes: `^(a+)+$` on 30 letters takes 85 seconds.
  if (method === 'matches') {
    const hint = say`use ==, in, startsWith(), endsWith() or contains()`
    found.objections.push({ start, end, message: say`matches() is not allowed in flows`, hint })
  }
  // Each bind may double what the one around it holds.
  if (method === 'bind' && receiver.op === 'id' && receiver.args === 'cel') {
    found.objections.push({
      start,
      end,
      message: say`cel.bind() is not allowed in flows`,
      hint: say`set a variable in a step before`
    })
  }
  if (loops && insideLoop) {
    const message = say`${method}() inside of another loop is not allowed`
    found.objections.push({ start, end, message, hint: say`let the other system answer with what the flow needs` })
  }
  visit(receiver, insideLoop, found)
  for (const parameter of parameters) visit(parameter, insideLoop || loops, found)
}

/** Operands are nodes, lists of nodes and plain values in any mixture. */
function visitOperands(operands: unknown, insideLoop: boolean, found: Inspection): void {
  if (Array.isArray(operands)) for (const operand of operands) visitOperands(operand, insideLoop, found)
  else if (isNode(operands)) visit(operands, insideLoop, found)
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
}
