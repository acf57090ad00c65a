import type { InspectionFinding } from '../registry/inspection'
import { finding } from './findings'

interface Foreign {
  readonly rule: string
  readonly is: string
  /** Latin-1 text that the content begins with. */
  readonly starts: readonly string[]
}

/** What is sometimes found under a model's name without being a model. */
const FOREIGN: readonly Foreign[] = [
  {
    rule: 'lfs-pointer',
    is: 'a Git LFS pointer and not the file itself: run "git lfs pull"',
    starts: ['version https://git-lfs.github.com/spec/'],
  },
  {
    rule: 'executable',
    is: 'a program',
    starts: [
      '\x7fELF',
      'MZ',
      '\xfe\xed\xfa\xce',
      '\xfe\xed\xfa\xcf',
      '\xce\xfa\xed\xfe',
      '\xcf\xfa\xed\xfe',
      '\xca\xfe\xba\xbe',
      'dex\n',
    ],
  },
  { rule: 'script', is: 'a script', starts: ['#!'] },
  {
    rule: 'archive',
    is: 'an archive that no model loader opens',
    starts: ['7z\xbc\xaf\x27\x1c', 'Rar!\x1a\x07', '\x28\xb5\x2f\xfd'],
  },
  { rule: 'web-page', is: 'a web page', starts: ['<!DOCTYPE html', '<!doctype html', '<html'] },
]

/** Says what a file is that no format claims, if that can be told. */
export function recognizeForeign(head: Uint8Array): InspectionFinding | undefined {
  const text = Buffer.from(head.subarray(0, 64)).toString('latin1')
  const foreign = FOREIGN.find(({ starts }) => starts.some((start) => text.startsWith(start)))
  return foreign && finding(foreign.rule, 'error', `The content is ${foreign.is}.`, { offset: 0 })
}
