import { createServer } from 'node:http'
import type { Page } from 'playwright-core'
import type { FromDesk } from '../../../src/cti/messages.ts'

/** What a desk in a frame says, whichever it is. */
export type Told = Partial<Extract<FromDesk, { switchboard: 'answer' | 'welcome' }>> & {
  readonly switchboard: string
  readonly call?: { readonly callId: string }
}

/** Another web application, on an origin of its own, that shows the desk in a frame. */
export interface Crm {
  readonly origin: string
  /** The address in its frame. */
  shows(desk: string): void
  /** The last message of that kind whose text has that in it. */
  told(page: Page, kind: string, fits: string): Promise<Told | undefined>
  all(page: Page): Promise<readonly Told[]>
  /** Resolves with the answer. */
  ask(page: Page, method: string, params: object): Promise<Told>
  close(): Promise<void>
}

export async function startCrm(): Promise<Crm> {
  let desk = ''
  const server = createServer((request, response) => {
    if (request.url === '/favicon.ico') response.writeHead(204).end()
    else response.writeHead(200, { 'content-type': 'text/html' }).end(pageWith(desk))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const all = (page: Page) => page.evaluate<Told[]>('window.told')
  return {
    origin: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    shows(address) {
      desk = address
    },
    all,
    async told(page, kind, fits) {
      return (await all(page)).findLast((told) => told.switchboard === kind && JSON.stringify(told).includes(fits))
    },
    ask: (page, method, params) => page.evaluate<Told>(`window.ask(${JSON.stringify(method)}, ${JSON.stringify(params)})`),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

function pageWith(desk: string): string {
  return `<!doctype html><title>CRM</title>
<iframe src="${desk}/" width="420" height="700"></iframe>
<script>
  window.told = []
  const frame = document.querySelector('iframe')
  addEventListener('message', ({ origin, data }) => origin === '${desk}' && told.push(data))
  frame.onload = () => frame.contentWindow.postMessage({ switchboard: 'hello' }, '${desk}')
  let asked = 0
  window.ask = (method, params) => new Promise((resolve) => {
    const id = ++asked
    addEventListener('message', ({ data }) => data.switchboard === 'answer' && data.id === id && resolve(data))
    frame.contentWindow.postMessage({ switchboard: 'request', id, method, params }, '${desk}')
  })
</script>`
}
