import type { DomainEvent, DomainEventOf, DomainEventType } from '../../src/domain/events.ts'

/** The facts of one type, in their order. */
export function factsOf<Type extends DomainEventType>(facts: readonly DomainEvent[], type: Type): DomainEventOf<Type>[] {
  return facts.filter((fact): fact is DomainEventOf<Type> => fact.type === type)
}
