import { isAbsolute } from 'node:path'
import type { ParameterValue } from '../registry/model'
import { stripCredentials } from './remoteUrl'

/** A path of this machine says nothing on another: only its last part is kept. */
export function portable(value: ParameterValue): ParameterValue {
  if (typeof value !== 'string' || /\s|:\/\//.test(value)) return value
  if (!isAbsolute(value) && !/^[A-Za-z]:[\\/]/.test(value)) return value
  return lastPart(value)
}

/** Where data lies, without what only this machine knows, and without what opens it: outside the workspace a name is left. */
export function datasetPlace(path: string): string {
  const address = path.includes('://') ? stripCredentials(path) : undefined
  if (address !== undefined) return address
  const isOutside =
    path.includes('://') || isAbsolute(path) || /^(?:\.\.(?:[\\/]|$)|[A-Za-z]:)/.test(path)
  return isOutside ? lastPart(path) : path
}

function lastPart(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path
}
