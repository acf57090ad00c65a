import { systemCode } from '../base/errors'
import { run } from './run'

// A reader that ends early (`model-registry list | head -1`) has what it wanted.
process.stdout.on('error', (error) => {
  if (systemCode(error) === 'EPIPE') process.exit(0)
  throw error
})

async function main(): Promise<void> {
  // Set, and the process left to end by itself, so that everything printed reaches a slow pipe.
  process.exitCode = await run(process.argv.slice(2))
}

void main()
