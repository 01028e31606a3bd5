import { existsSync } from 'node:fs'
import { join } from 'node:path'
import files from '@fastify/static'
import type { App } from './app-type.ts'

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Switchboard</title>
<h1>The console has not been built</h1>
<p>Switchboard itself is running. Build its page with <code>npm run build:console</code> and start again;
the <a href="docs">API documentation</a> works without it.</p></html>`

/** The browser application, or a page that says how to get it. */
export async function consolePages(app: App, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    app.get('/', { schema: { hide: true } }, async (_request, reply) => reply.code(503).type('text/html').send(notBuilt))
    return
  }
  await app.register(files, {
    root: folder,
    index: 'index.html',
    list: false,
    dotfiles: 'deny',
    setHeaders(reply, path) {
      // Vite puts a hash of the content into the names of these files.
      const forever = path.includes(`${join(folder, 'assets')}/`)
      reply.header('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache')
    }
  })
}
