import type { Callback } from '../domain/callback.ts'
import type { PastCall, PastCallback, PastContact, PastMessage } from '../domain/past-contact.ts'
import type { CallReach, PastOf } from '../domain/ports/customer-desk.ts'
import type { Database } from '../domain/ports/database.ts'
import type { GivenPromise } from '../domain/promise.ts'
import { contactQuery, promisedQuery } from './contact-query.ts'
import { type PromiseRow, promiseColumns, toPromise } from './promises.ts'

/** What is absent of a call comes as null. */
type Row = { readonly id: string } & (
  | { readonly kind: 'call'; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: 'message'; readonly body: Omit<PastMessage, 'kind'> }
  | { readonly kind: 'callback'; readonly body: Callback }
)

/** The newest contacts that fit, whatever they came by. */
export async function readContacts(
  database: Database,
  of: PastOf,
  reach: CallReach | undefined,
  limit: number
): Promise<readonly PastContact[]> {
  const { text, values } = contactQuery(of, reach, limit)
  return await withWrapUps(database, await database.query<Row>(text, values))
}

/** The newest contacts of a customer but that call, and the last call of each older one in which a promise is open, of those as many at most. */
export async function readPastOf(
  database: Database,
  customer: string,
  notCall: string,
  limit: number
): Promise<readonly PastContact[]> {
  const { text, values } = promisedQuery(customer, notCall, limit)
  const rows = await database.query<Row>(text, values)
  return await withWrapUps(database, [...new Map(rows.map((row) => [`${row.kind} ${row.id}`, row])).values()])
}

/** With what agents said of each contact; of one that several calls belong to, the last has what was promised in it. */
async function withWrapUps(database: Database, rows: readonly Row[]): Promise<readonly PastContact[]> {
  const contacts = rows.map(toPast)
  const called = [...new Set(contacts.flatMap(({ kind, contactId }) => (kind === 'call' ? [contactId] : [])))]
  if (called.length === 0) return contacts
  const [dispositions, promises] = await Promise.all([readDispositions(database, called), readPromises(database, called)])
  return contacts.map((past) => {
    if (past.kind !== 'call') return past
    const { contactId } = past
    const [disposition, promised] = [dispositions.get(contactId), promises.get(contactId)]
    promises.delete(contactId)
    return {
      ...past,
      ...(disposition !== undefined && { disposition }),
      ...(promised !== undefined && { promises: promised })
    }
  })
}

/** By contact: what came of it, as whoever wrapped it up last said; of those contacts of which somebody has. */
async function readDispositions(database: Database, contacts: readonly string[]): Promise<Map<string, string>> {
  const rows = await database.query<{
    contact_id: string
    disposition: string
  }>(
    `select distinct on (contact_id) contact_id, disposition from wrap_ups
      where contact_id = any($1::text[]) and disposition is not null
      order by contact_id, at desc, instance, number desc`,
    [contacts]
  )
  return new Map(rows.map(({ contact_id, disposition }) => [contact_id, disposition]))
}

async function readPromises(database: Database, contacts: readonly string[]): Promise<Map<string, GivenPromise[]>> {
  const rows = await database.query<PromiseRow>(
    `select ${promiseColumns} from promises where contact_id = any($1::text[]) order by made_at, promise_id`,
    [contacts]
  )
  const byContact = new Map<string, GivenPromise[]>()
  for (const row of rows) byContact.set(row.contact_id, [...(byContact.get(row.contact_id) ?? []), toPromise(row)])
  return byContact
}

function toPast({ kind, body }: Row): PastContact {
  if (kind === 'message') return { kind, ...body }
  if (kind === 'callback') return toPastCallback(body)
  return {
    kind,
    ...Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null))
  } as PastCall
}

function toPastCallback({ id, contactId, bookedAt, queue, attempts, state, outcome, dueAt, endedAt }: Callback): PastCallback {
  const agents = attempts.filter(({ result }) => result === 'answered').map(({ agentId }) => agentId)
  return {
    ...{
      kind: 'callback',
      callbackId: id,
      contactId,
      startedAt: bookedAt,
      queues: [queue],
      agents: [...new Set(agents)],
      state,
      dueAt
    },
    ...(outcome !== undefined && { outcome }),
    ...(endedAt !== undefined && { endedAt })
  }
}
