/** A relational database, as rooms that store things see it. `store` implements it on PostgreSQL. */
export interface Database {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** Runs `work` in one transaction; rolls back when it throws. */
  transaction<Value>(work: (query: Database['query']) => Promise<Value>): Promise<Value>
  /** Resolves when the database answers; rejects with the reason why it does not. */
  ping(): Promise<void>
}
