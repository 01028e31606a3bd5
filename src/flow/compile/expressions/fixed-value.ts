import { AppError } from '../../../domain/errors.ts'
import type { Template } from '../../expression.ts'

/** The value of a template without expressions. */
export function fixedValue(template: Pick<Template, 'evaluate'>): unknown {
  return template.evaluate({
    names: {},
    queue: () => {
      throw new AppError('INTERNAL', 'server', 'A fixed template asked for a queue')
    }
  })
}
