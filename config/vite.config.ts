import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const root = fileURLToPath(new URL('../src/console', import.meta.url))
const page = (name: string) => fileURLToPath(new URL(`../src/console/${name}`, import.meta.url))
const outDir = fileURLToPath(new URL('../build/console', import.meta.url))

/** Builds the browser application. `base` is relative, so that it also works behind a path. */
export default defineConfig({
  root,
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // As anybody's bundler finds it in the package.
  resolve: { alias: { 'switchboard/client': fileURLToPath(new URL('../build/client/public.js', import.meta.url)) } },
  build: { rollupOptions: { input: [page('index.html'), page('examples/crm-screen-pop.html')] }, outDir, emptyOutDir: true, target: 'es2022' }
})
