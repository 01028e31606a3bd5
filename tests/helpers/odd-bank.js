import { createServer } from 'node:http';
import { createExampleBank } from "../../src/local/example-bank.js";
export function createOddBank() {
    const good = createExampleBank();
    const kept = [];
    const givenUp = [];
    const keep = (path, response) => {
        kept.push(path);
        response.once('close', () => givenUp.push(path));
    };
    const server = createServer((request, response) => {
        const path = request.url ?? '';
        const errand = errands[path];
        if (errand !== undefined)
            errand(response);
        else if (path === '/slow' || path === '/errand/7106' || (bank.keepsBalances && path === '/balance'))
            keep(path, response);
        else
            good.emit('request', request, response);
    });
    const bank = { server, kept, givenUp, keepsBalances: false };
    return bank;
}
const errands = {
    '/errand/7100': (response) => send(response, '{"balance": 12}'),
    '/errand/7101': (response) => void setTimeout(() => send(response, '{"balance": 12}'), 1700),
    '/errand/7102': (response) => void setTimeout(() => send(response, '{"balance": 12}'), 300),
    '/errand/7103': (response) => send(response, '{"balance": 12}', 500),
    '/errand/7104': (response) => send(response, '<html>Welcome to your bank</html>'),
    '/errand/7105': (response) => send(response, '{"balance": "much"}'),
    '/errand/7108': (response) => void response.destroy()
};
function send(response, body, status = 200) {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}
//# sourceMappingURL=odd-bank.js.map