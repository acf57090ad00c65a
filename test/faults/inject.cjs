// Makes one file-system call fail, or ends the process at it. Loaded with `--require`, so that it also covers workers
// and whatever a process starts; also used in a test's own process through the exported `plan`.
//
// Only calls that touch the watched folder are counted: a path below it, or a descriptor or handle opened from one.
'use strict'
const fs = require('node:fs')

/** @type {{ root: string | undefined, at: number, mode: string, code: string, count: number, log: string[] }} */
const state = { root: undefined, at: 0, mode: 'count', code: 'EIO', count: 0, log: [] }
const descriptors = new Set()
const handles = new WeakSet()

function watched(args) {
  if (state.root === undefined) return false
  return args.some(
    (arg) =>
      (typeof arg === 'string' && arg.startsWith(state.root)) ||
      (typeof arg === 'number' && descriptors.has(arg)),
  )
}

/** @returns {{ before?: boolean, after?: boolean, half?: boolean, error?: Error } | undefined} what to do at this call */
function turn(name, args) {
  state.count++
  if (state.mode === 'log')
    state.log.push(`${state.count} ${name} ${args.filter((a) => typeof a === 'string').join(' ')}`)
  if (state.count !== state.at) return undefined
  const path = args.find((arg) => typeof arg === 'string')
  switch (state.mode) {
    case 'kill-before':
      return { before: true }
    case 'kill-after':
      return { after: true }
    case 'kill-half':
      return { half: true }
    case 'error':
      return {
        error: Object.assign(new Error(`${state.code}: injected, ${name} '${path ?? ''}'`), {
          code: state.code,
          syscall: name,
          ...(path === undefined ? {} : { path }),
        }),
      }
    default:
      return undefined
  }
}

function die() {
  process.kill(process.pid, 'SIGKILL')
  // The signal is delivered at the end of the call; nothing may happen until then.
  for (;;);
}

const SYNC = [
  'openSync',
  'readSync',
  'readFileSync',
  'readdirSync',
  'lstatSync',
  'statSync',
  'fstatSync',
  'fsyncSync',
  'closeSync',
  'mkdirSync',
  'renameSync',
  'unlinkSync',
  'writeFileSync',
  'writeSync',
  'copyFileSync',
  'linkSync',
  'rmSync',
  'rmdirSync',
]
for (const name of SYNC) {
  const original = fs[name]
  fs[name] = (...args) => {
    if (!watched(args)) return original(...args)
    const what = turn(name, args)
    if (what?.before || what?.half) die()
    if (what?.error && name !== 'closeSync') throw what.error
    const result = original(...args)
    if (name === 'openSync') descriptors.add(result)
    if (name === 'closeSync') descriptors.delete(args[0])
    if (what?.after) die()
    if (what?.error) throw what.error
    return result
  }
}

const ASYNC = [
  'open',
  'readFile',
  'readdir',
  'lstat',
  'stat',
  'mkdir',
  'rename',
  'unlink',
  'rm',
  'rmdir',
  'link',
  'symlink',
  'readlink',
  'copyFile',
  'writeFile',
  'appendFile',
  'chmod',
  'realpath',
  'statfs',
]
for (const name of ASYNC) {
  const original = fs.promises[name]
  fs.promises[name] = async (...args) => {
    if (!watched(args)) return original.apply(fs.promises, args)
    const what = turn(name, args)
    if (what?.before) die()
    if (
      what?.half &&
      (name === 'writeFile' || name === 'appendFile') &&
      typeof args[1] === 'string'
    ) {
      await original.call(fs.promises, args[0], args[1].slice(0, args[1].length / 2), args[2])
      die()
    }
    if (what?.half) die()
    if (what?.error) throw what.error
    const result = await original.apply(fs.promises, args)
    if (name === 'open') watchHandle(result)
    if (what?.after) die()
    return result
  }
}

let patched = false
function watchHandle(handle) {
  handles.add(handle)
  if (patched) return
  patched = true
  const prototype = Object.getPrototypeOf(handle)
  for (const name of ['read', 'write', 'writeFile', 'readFile', 'sync', 'stat', 'close']) {
    const original = prototype[name]
    prototype[name] = async function (...args) {
      if (state.root === undefined || !handles.has(this)) return original.apply(this, args)
      const what = turn(`handle.${name}`, [])
      if (what?.before) die()
      if (what?.half && name === 'writeFile') {
        await original.call(this, args[0].slice(0, args[0].length / 2))
        die()
      }
      if (what?.half && name === 'write') {
        await original.call(this, args[0], args[1], Math.floor(args[2] / 2), args[3])
        die()
      }
      if (what?.half) die()
      // A handle whose close fails is closed all the same: a leak would be the injection's own fault.
      if (what?.error && name !== 'close') throw what.error
      const result = await original.apply(this, args)
      if (what?.after) die()
      if (what?.error) throw what.error
      return result
    }
  }
}

/** Begins to count anew; `at` 0 only counts. */
function plan(root, at, mode, code = 'EIO') {
  Object.assign(state, { root, at, mode, code, count: 0, log: [] })
}

/** Ends the injection; how many calls there were. */
function stop() {
  state.root = undefined
  return state.count
}

module.exports = { plan, stop, state }

if (process.env.FAULT_PLAN) {
  const { root, at, mode, code } = JSON.parse(process.env.FAULT_PLAN)
  plan(root, at, mode, code)
}
