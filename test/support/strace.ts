import { spawnSync } from 'node:child_process'

function isThere(): boolean {
  return spawnSync('strace', ['-V']).status === 0
}

/** True where strace can be run; the soak installs it where it may. */
export function hasStrace(): boolean {
  if (isThere()) return true
  if (process.env['SOAK'] !== '1' || process.getuid?.() !== 0) return false
  const apt = (...words: string[]): boolean =>
    spawnSync('apt-get', ['-qq', ...words], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      timeout: 240_000,
    }).status === 0
  return apt('update') && apt('install', '-y', '--no-install-recommends', 'strace') && isThere()
}
