import { until } from "./until.js";
export async function leftovers(asterisk) {
    const [channels, bridges, app] = await Promise.all([
        asterisk.ari('GET', 'channels'),
        asterisk.ari('GET', 'bridges'),
        asterisk.ari('GET', `applications/${asterisk.app}`)
    ]);
    const ids = ({ body }) => body.map((one) => one.id);
    const { channel_ids = [], bridge_ids = [] } = (app.status === 200 ? app.body : {});
    return { channels: ids(channels), bridges: ids(bridges), subscriptions: [...channel_ids, ...bridge_ids] };
}
/** Fails when anything is still left in Asterisk after a moment. */
export async function expectNoLeaks(asterisk, ms = 3000) {
    let left;
    await until(async () => {
        left = await leftovers(asterisk);
        return left.channels.length + left.bridges.length + left.subscriptions.length === 0;
    }, { ms, what: () => `Asterisk is empty (left: ${JSON.stringify(left)})` });
}
//# sourceMappingURL=leak-guard.js.map