import { connect, createServer } from 'node:net';
export async function startTcpProxy(target) {
    const [host, port] = target.split(':');
    const open = new Set();
    let state = 'open';
    let left = Number.POSITIVE_INFINITY;
    const pass = (bytes, to) => {
        if (state !== 'open')
            return;
        to.write(bytes.subarray(0, left));
        left -= bytes.length;
        if (left > 0)
            return;
        left = Number.POSITIVE_INFINITY;
        for (const socket of open)
            socket.destroySoon();
    };
    const server = createServer((near) => {
        if (state === 'cut')
            return void near.destroy();
        const far = connect(Number(port), host);
        for (const [from, to] of [
            [near, far],
            [far, near]
        ]) {
            open.add(from);
            from.on('data', (bytes) => pass(bytes, to));
            from.on('close', () => {
                open.delete(from);
                to.destroy();
            });
            // The other end's close handler does the rest.
            from.on('error', () => undefined);
        }
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const drop = () => {
        for (const socket of open)
            socket.destroy();
    };
    return {
        address: `127.0.0.1:${server.address().port}`,
        get connections() {
            return open.size / 2;
        },
        cut() {
            state = 'cut';
            drop();
        },
        freeze() {
            state = 'frozen';
        },
        mend() {
            state = 'open';
        },
        cutAfter(bytes) {
            left = bytes;
        },
        async close() {
            drop();
            await new Promise((resolve) => server.close(resolve));
        }
    };
}
//# sourceMappingURL=tcp-proxy.js.map