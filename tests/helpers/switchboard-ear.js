import { until } from "./until.js";
/** A telephony listener that writes everything down. */
export class SwitchboardEar {
    calls = [];
    strays = [];
    phones = [];
    statuses = [];
    onIncoming(call) {
        this.calls.push({ ...call, heard: heardFrom(call.channel) });
    }
    onPhoneStatus(user, status) {
        this.phones.push({ user, status });
    }
    onStray(channel, role) {
        this.strays.push({ channel, role });
    }
    onStatus(status) {
        this.statuses.push(status);
    }
    /** The next call that comes in. */
    async nextCall(count = this.calls.length) {
        return until(() => this.calls[count], { what: 'a call comes in' });
    }
}
/** Everything a channel tells from now on. */
export function heardFrom(channel) {
    const heard = [];
    channel.events.on((event) => void heard.push(event));
    return heard;
}
/** Resolves with the first event of that type. */
export async function heard(list, type, ms = 5000) {
    const found = await until(() => list.find((event) => event.type === type), {
        ms,
        what: () => `${type} is heard (so far: ${list.map((event) => event.type)})`
    });
    return found;
}
//# sourceMappingURL=switchboard-ear.js.map