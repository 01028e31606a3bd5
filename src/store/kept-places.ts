import type { KeptPlace, KeptPlaceStore } from '../domain/kept-place.ts'
import type { Database } from '../domain/ports/database.ts'

/** Places of callers who were cut off, in PostgreSQL. */
export function keptPlacesIn(database: Database): KeptPlaceStore {
  return {
    async keep(callerNumber, place, notBefore) {
      await database.query(
        `insert into kept_places (caller, at, place) values ($1, to_timestamp($2::double precision / 1000), $3)
         on conflict (caller) do update set at = excluded.at, place = excluded.place`,
        [callerNumber, place.at, JSON.stringify(place)]
      )
      await database.query('delete from kept_places where at < to_timestamp($1::double precision / 1000)', [notBefore])
    },
    async forget(callerNumber) {
      await database.query('delete from kept_places where caller = $1', [callerNumber])
    },
    async list(notBefore) {
      const rows = await database.query<{ caller: string; place: KeptPlace }>(
        'select caller, place from kept_places where at >= to_timestamp($1::double precision / 1000)',
        [notBefore]
      )
      return rows.map(({ caller, place }) => [caller, place] as const)
    }
  }
}
