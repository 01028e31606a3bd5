import type {
  ConfigurationChange,
  ConfigurationEditing,
  ConfigurationNow,
  ConfigurationResult
} from '../../../src/http/configuration-editing.ts'

/** Keeps what was asked for and answers as told. */
export class FakeConfiguration implements ConfigurationEditing {
  readonly asked: [ConfigurationChange, string][] = []
  answerWith: ConfigurationResult = { kind: 'live', version: 'v2', afterRestart: [] }
  state: ConfigurationNow = { version: 'v1', since: 0, by: 'file', source: 'queues: {}\n', problems: [], afterRestart: [] }
  value: unknown

  now(): ConfigurationNow {
    return this.state
  }

  read(): unknown {
    return this.value
  }

  async change(change: ConfigurationChange, by: string): Promise<ConfigurationResult> {
    this.asked.push([change, by])
    return this.answerWith
  }
}
