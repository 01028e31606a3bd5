// One file of the server's own modules: loading some six hundred took a third of a start's CPU time. Packages stay where they are, and so does
// every other command. `build/main.js` leads there; the bundle lies as deep as the rooms, so that what they look for beside them is found.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))

await build({
  root,
  configFile: false,
  logLevel: 'warn',
  // The command line looks at what a failed start throws: one class of errors for both.
  plugins: [{ name: 'shared-errors', enforce: 'pre', resolveId: (id) => (/\/domain\/errors\.ts$/.test(id) ? { id: '../domain/errors.js', external: true } : undefined) }],
  build: {
    ssr: 'src/main.ts',
    outDir: 'build/serve',
    emptyOutDir: true,
    target: 'node20',
    minify: false,
    sourcemap: true,
    rollupOptions: { output: { entryFileNames: 'main.js', chunkFileNames: '[name].js' } }
  }
})
writeFileSync(`${root}build/main.js`, "export { serve } from './serve/main.js'\n")
