import { createServer } from 'node:http';
/** A real HTTP server that takes webhooks, on loopback. */
export async function startReceiver(port = 0) {
    let [open, openMax] = [0, 0];
    const server = createServer((request, response) => {
        openMax = Math.max(openMax, ++open);
        response.on('close', () => open--);
        const chunks = [];
        request.on('data', (chunk) => chunks.push(chunk));
        request.on('error', () => response.destroy());
        request.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            const received = { headers: request.headers, text, event: JSON.parse(text), at: Date.now() };
            receiver.received.push(received);
            receiver.answer(response, received);
        });
    });
    await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
    const receiver = {
        url: `http://127.0.0.1:${server.address().port}`,
        received: [],
        answer: (response) => void response.writeHead(204).end(),
        get openMax() {
            return openMax;
        },
        async close() {
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        }
    };
    return receiver;
}
//# sourceMappingURL=webhook-receiver.js.map