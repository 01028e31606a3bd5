/** Keeps what was asked for and answers as told. */
export class FakeConfiguration {
    asked = [];
    answerWith = { kind: 'live', version: 'v2', afterRestart: [] };
    state = { version: 'v1', since: 0, by: 'file', source: 'queues: {}\n', problems: [], afterRestart: [] };
    value;
    now() {
        return this.state;
    }
    read() {
        return this.value;
    }
    async change(change, by) {
        this.asked.push([change, by]);
        return this.answerWith;
    }
}
//# sourceMappingURL=fake-configuration.js.map