/**
 * `npm run bench`: every program that measures a promise, one after the other, since a missed promise in one says nothing
 * of the others. Ends with 1 where one missed its own.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const PROGRAMS = ['registry', 'inspect', 'workspace']

function main(): void {
  const missed = PROGRAMS.filter((name) => {
    console.log(`\n── ${name}`)
    const args = ['--import', 'tsx', join(__dirname, `${name}.ts`)]
    return spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0
  })
  console.log(missed.length > 0 ? `\nnot kept: ${missed.join(', ')}` : '\nevery promise kept')
  process.exitCode = missed.length > 0 ? 1 : 0
}

main()
