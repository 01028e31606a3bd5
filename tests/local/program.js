// Stands where `switchboard` stands, so that `up` is tested without the rest of the server: its `serve` is ready when the database is.
import { createServer } from 'node:http';
import { readEnvironment, readVariables } from "../../src/config/environment.js";
import { runExampleBank } from "../../src/local/run-example-bank.js";
import { runLocal } from "../../src/local/run-local.js";
import { openDatabase } from "../../src/store/postgres.js";
import { quietLog } from "../helpers/quiet-log.js";
async function serve() {
    const { DATABASE_URL = '', DEMO_PASSWORD, HTTP_ADDRESS } = readEnvironment(readVariables());
    const database = openDatabase({ url: DATABASE_URL, log: quietLog() });
    const server = createServer((_, response) => {
        database.ping().then(() => response.writeHead(DEMO_PASSWORD === undefined ? 503 : 200).end(), () => response.writeHead(503).end());
    }).listen(HTTP_ADDRESS.port, HTTP_ADDRESS.host);
    console.log(JSON.stringify({ level: 30, msg: 'not a problem' }));
    console.log(JSON.stringify({ level: 40, msg: 'A problem', err: { message: 'for the test' } }));
    process.once('SIGTERM', () => {
        server.close();
        server.closeAllConnections();
        void database.close();
    });
}
const commands = { up: runLocal, serve, 'example-bank': runExampleBank };
await commands[process.argv[2] ?? '']?.().catch((error) => {
    console.error(error);
    process.exitCode = 1;
});
//# sourceMappingURL=program.js.map