import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const root = fileURLToPath(new URL('../src/console', import.meta.url))
const outDir = fileURLToPath(new URL('../build/console', import.meta.url))

/** Builds the browser application. `base` is relative, so that it also works behind a path. */
export default defineConfig({
  root,
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { outDir, emptyOutDir: true, target: 'es2022' }
})
