import type { Signal } from '../../domain/abort.ts'
import type { Customer, CustomerChanges, CustomerKey } from '../../domain/customer.ts'
import { isCustomerNumber, objectionTo } from '../../domain/customer-rules.ts'
import type { Frame } from '../conversation.ts'
import { exitMissing, valueUnfit } from '../faults.ts'
import { identify } from '../identify.ts'
import type { CustomerStep, CustomerValues } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'

/** Finds, creates or changes the customer behind the call. A store that does not answer is a fault of this step. */
export async function runCustomer(step: CustomerStep, frame: Frame, signal: Signal): Promise<StepEnd> {
  const { action } = step
  const { customers } = frame.talk.world
  switch (action.kind) {
    case 'find': {
      const customer = await customers.find(keyOf(step, action, frame), signal)
      if (customer === undefined) return notFound(step)
      identify(customer, frame.talk)
      return onward(step.found, 'found')
    }
    case 'create': {
      const number = action.number === undefined ? frame.talk.call.caller : String(action.number.evaluate(frame.scope))
      if (!isCustomerNumber(number)) throw valueUnfit(step.name, 'a telephone number')
      const { customer, created } = await customers.create(number, changesOf(step, action.values, frame), signal)
      identify(customer, frame.talk)
      return onward(step.next, created ? 'created' : 'known')
    }
    case 'update': {
      const changes = changesOf(step, action.values, frame)
      const { customer: now } = frame.talk
      const customer = now === undefined ? undefined : await customers.update(now.id, changes, signal)
      if (customer === undefined) return notFound(step)
      identify(customer, frame.talk)
      return onward(step.next, 'updated')
    }
  }
}

function notFound(step: CustomerStep): StepEnd {
  if (step.notFound === undefined) throw exitMissing(step.name, 'not_found')
  return onward(step.notFound, 'not_found')
}

function keyOf(step: CustomerStep, { by, field, value }: CustomerStep['action'] & { kind: 'find' }, frame: Frame): CustomerKey {
  const wanted = value.evaluate(frame.scope)
  if (by === 'number') return { by, number: String(wanted) }
  if (by === 'id') return { by, id: String(wanted) }
  if (typeof wanted !== 'string' && typeof wanted !== 'number' && typeof wanted !== 'boolean') {
    throw valueUnfit(step.name, 'a text, a number, true or false')
  }
  return { by, field, value: wanted }
}

/** Secrets are replaced: what is written about a customer outlives the call. */
function changesOf(step: CustomerStep, values: CustomerValues, frame: Frame): CustomerChanges {
  const given = Object.entries(values).map(([name, template]) => [
    name,
    frame.talk.secrets.redact(template.evaluate(frame.scope))
  ])
  const { name, segment, language, addFlags, removeFlags, profile } = Object.fromEntries(given) as Record<string, unknown>
  const text = (value: unknown) => (typeof value === 'number' ? String(value) : (value as Customer['name']))
  const changes: CustomerChanges = {
    ...(name !== undefined && { name: text(name) }),
    ...(segment !== undefined && { segment: text(segment) }),
    ...(language !== undefined && { language: text(language) }),
    ...(addFlags !== undefined && { addFlags: (addFlags as unknown[]).map(String) }),
    ...(removeFlags !== undefined && { removeFlags: (removeFlags as unknown[]).map(String) }),
    ...(profile !== undefined && { profile: profile as Record<string, unknown> })
  }
  const wrong = [name, segment, language].find((value) => value !== undefined && typeof text(value) !== 'string')
  const objection = wrong === undefined ? objectionTo(changes) : 'texts'
  if (objection !== undefined) throw valueUnfit(step.name, String(objection))
  if (changes.language !== undefined && !frame.flow.languages.includes(changes.language)) {
    throw valueUnfit(step.name, 'a language of the flow')
  }
  return changes
}
