import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { chinese } from '../../../src/flow/words/zh-cn.ts'

const sources = fileURLToPath(new URL('../../../src', import.meta.url))

/** What stands behind the tags `say` and `objection` anywhere in the sources. */
export async function templatesInSources(): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && ['say', 'objection'].includes(node.tag.getText())) {
      const { template } = node
      const rest = ts.isTemplateExpression(template) ? template.templateSpans.map(({ literal }) => `{}${literal.text}`) : []
      found.add([ts.isTemplateExpression(template) ? template.head.text : template.text, ...rest].join(''))
    }
    ts.forEachChild(node, visit)
  }
  for (const name of await readdir(sources, { recursive: true })) {
    if (!name.endsWith('.ts')) continue
    const text = await readFile(`${sources}/${name}`, 'utf8')
    if (/\b(say|objection)`/.test(text)) visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true))
  }
  return found
}

/** What keeps the Chinese from saying all that the sources say, a line each. */
export async function missingWords(): Promise<readonly string[]> {
  const templates = await templatesInSources()
  return [
    ...[...templates].filter((template) => chinese[template] === undefined).map((template) => `no Chinese for: ${template}`),
    ...Object.keys(chinese)
      .filter((template) => !templates.has(template))
      .map((template) => `Chinese for what is not said any more: ${template}`),
    ...[...templates].filter(losesValues).map((template) => `values are lost: ${template} → ${chinese[template]}`)
  ].sort()
}

function losesValues(template: string): boolean {
  const values = template.split('{}').length - 1
  const used = new Set([...(chinese[template] ?? '').matchAll(/\{(\d)\}/g)].map(([, index]) => Number(index)))
  return chinese[template] !== undefined && (used.size !== values || [...used].some((index) => index >= values))
}
