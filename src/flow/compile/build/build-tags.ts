import { say } from '../../../domain/saying.ts'
import { isTag } from '../../tag-name.ts'
import { fixedValue } from '../expressions/fixed-value.ts'
import type { CompiledTemplate } from '../expressions/templates.ts'
import type { Path } from '../source/source-file.ts'
import type { Draft } from './draft.ts'

/** Compiles tags; those that are known now are checked now. */
export function buildTags(source: string | readonly string[], path: Path, draft: Draft): readonly CompiledTemplate[] {
  const tags = typeof source === 'string' ? [source] : source
  return tags.map((tag, index) => {
    const place = { path: typeof source === 'string' ? path : [...path, index] }
    const template = draft.templates.text(tag, place.path)
    if (template.fixed && !isTag(fixedValue(template))) {
      const hint = say`up to 60 letters, digits, -, _, ., : and /, beginning with a letter or digit`
      draft.report.error('FLOW0006', place, say`"${tag}" cannot be a tag`, hint)
    }
    if ([...template.names].some((name) => draft.secrets.has(name))) {
      draft.report.warning('FLOW0029', place, say`tags are kept, with the secret in it`)
    }
    return template
  })
}
