// Builds every bundle: `node esbuild.mjs [--production] [--watch]`, or the integration suites: `node esbuild.mjs --tests`.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as esbuild from 'esbuild'

const production = process.argv.includes('--production')
const watch = process.argv.includes('--watch')

const node = {
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  sourcemap: !production,
  // The module form first: the main form of jsonc-parser loads its parts in a way that no bundler sees.
  mainFields: ['module', 'main'],
}
const page = {
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  sourcemap: !production && 'inline',
}

/** Writes the modules of a split bundle as the scripts that VS Code's extension host loads. */
const toScripts = {
  name: 'to-scripts',
  setup({ onEnd }) {
    onEnd(async ({ outputFiles = [] }) => {
      for (const { path, text } of outputFiles) {
        const { code } = await esbuild.transform(text, {
          platform: 'node',
          format: 'cjs',
          target: 'node20',
          minify: production,
          sourcemap: production ? false : 'inline',
          supported: { 'dynamic-import': false },
        })
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, code)
      }
    })
  },
}

/** One line for each file under `dist/`. Only the extension may see `vscode`: a stray import stops the other builds. */
const bundles = [
  {
    ...node,
    entryPoints: {
      extension: 'src/extension/extension.ts',
      later: 'src/extension/commands/later.ts',
    },
    external: ['vscode'],
    outdir: 'dist',
    // What both need is a third file: esbuild splits only modules, so each is turned into a script afterwards.
    format: 'esm',
    splitting: true,
    chunkNames: 'shared',
    sourcemap: !production && 'inline',
    write: false,
    plugins: [toScripts],
  },
  { ...node, entryPoints: ['src/index.ts'], outdir: 'dist' },
  { ...node, entryPoints: ['src/worker/worker.ts'], outdir: 'dist' },
  {
    ...node,
    entryPoints: { cli: 'src/cli/main.ts' },
    outdir: 'dist',
    banner: { js: '#!/usr/bin/env node' },
  },
  { ...page, entryPoints: ['src/webview/modelInspector.ts'], outdir: 'dist/webview' },
  { ...page, entryPoints: ['src/webview/comparison.ts'], outdir: 'dist/webview' },
  { ...page, entryPoints: ['src/webview/charts.ts'], outdir: 'dist/webview' },
  { ...page, entryPoints: ['src/webview/details.ts'], outdir: 'dist/webview' },
]

/** The suites that run inside VS Code, with the mocha that runs them. */
const suites = [
  {
    ...node,
    entryPoints: ['test/integration/**/*.ts'],
    external: ['vscode'],
    outbase: 'test/integration',
    outdir: 'out/integration',
    // mocha looks for its parallel workers, which are not used here.
    logOverride: { 'require-resolve-not-external': 'silent' },
  },
]

const tests = process.argv.includes('--tests')
// They are found by their names there: a suite that is gone from the source must not run on.
if (tests) rmSync('out/integration', { recursive: true, force: true })

for (const bundle of tests ? suites : bundles) {
  const entries = Array.isArray(bundle.entryPoints)
    ? bundle.entryPoints
    : Object.values(bundle.entryPoints)
  if (!entries.every((entry) => entry.includes('*') || existsSync(entry))) continue
  const options = {
    bundle: true,
    minify: production,
    legalComments: 'none',
    logLevel: 'info',
    ...bundle,
  }
  if (watch) await (await esbuild.context(options)).watch()
  else await esbuild.build(options)
}

// What TypeScript knows of dist/index.js: the declarations of its sources, which the compiler puts into dist/types.
if (!tests) writeFileSync('dist/index.d.ts', "export * from './types/index'\n")
