import { nameProblem } from '../registry/names'
import { isParameterValue } from '../registry/fields'
import { isStage } from '../registry/stage'

/**
 * The fast check of a document, run on every read: `true` where `documentSchema` accepts too (a property test holds the
 * two equal). What it refuses, the schema explains.
 */
export function isDocument(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value['formatVersion'] === 'number' &&
    Number.isSafeInteger(value['formatVersion']) &&
    value['formatVersion'] >= 1 &&
    typeof value['name'] === 'string' &&
    isTime(value['createdAt']) &&
    isOptional(value['deletedAt'], isTime) &&
    isOptional(value['description'], isString) &&
    isOptional(value['tags'], (tags) => isRecordOf(tags, isString)) &&
    isOptional(value['aliases'], isAliases) &&
    isListOf(value['versions'], isVersion) &&
    isOptional(value['trash'], (trash) => isListOf(trash, isTrashed)) &&
    isOptional(value['history'], (history) => isListOf(history, isHistoryEntry))
  )
}

function isVersion(value: unknown): boolean {
  return (
    isRecord(value) &&
    isId(value['id']) &&
    nameProblem('version', value['version']) === undefined &&
    isStage(value['stage']) &&
    typeof value['framework'] === 'string' &&
    isTime(value['createdAt']) &&
    isOptional(value['updatedAt'], isTime) &&
    isOptional(value['createdBy'], isString) &&
    isOptional(value['format'], isString) &&
    isOptional(value['description'], isString) &&
    isOptional(value['metrics'], (metrics) => isRecordOf(metrics, isFiniteNumber)) &&
    isOptional(value['parameters'], (parameters) => isRecordOf(parameters, isParameterValue)) &&
    isOptional(value['tags'], (tags) => isRecordOf(tags, isString)) &&
    isOptional(value['artifact'], isArtifact) &&
    isOptional(value['source'], isRecord) &&
    isOptional(value['inspection'], isRecord) &&
    isOptional(value['scan'], isRecord)
  )
}

function isTrashed(value: unknown): boolean {
  return (
    isVersion(value) &&
    isRecord(value) &&
    isTime(value['deletedAt']) &&
    isString(value['deletedBy'])
  )
}

function isHistoryEntry(value: unknown): boolean {
  return (
    isRecord(value) &&
    isId(value['id']) &&
    isTime(value['at']) &&
    isString(value['actor']) &&
    isString(value['via']) &&
    isString(value['action']) &&
    isOptional(value['version'], isString) &&
    isOptional(value['from'], isString) &&
    isOptional(value['to'], isString) &&
    isOptional(value['note'], isString) &&
    isOptional(value['before'], isRecord)
  )
}

function isArtifact(value: unknown): boolean {
  return (
    isRecord(value) &&
    (value['kind'] === 'file' || value['kind'] === 'folder') &&
    isString(value['uri']) &&
    isSize(value['size']) &&
    isDigest(value['sha256']) &&
    isListOf(
      value['files'],
      (file) =>
        isRecord(file) &&
        isString(file['path']) &&
        isSize(file['size']) &&
        isDigest(file['sha256']),
    )
  )
}

function isAliases(value: unknown): boolean {
  return (
    isRecord(value) &&
    Object.entries(value).every(
      ([alias, version]) => nameProblem('alias', alias) === undefined && isString(version),
    )
  )
}

export const DIGEST = /^[0-9a-f]{64}$/
/** ISO 8601 in UTC, with or without fractions of a second. */
export const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/
/** Ids become names of folders in the trash, so they are held to what a ULID is made of. */
export const ID = /^[0-9A-Za-z]{8,64}$/

const isString = (value: unknown): value is string => typeof value === 'string'
const isFiniteNumber = (value: unknown): boolean =>
  typeof value === 'number' && Number.isFinite(value)
const isSize = (value: unknown): boolean =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
const isDigest = (value: unknown): boolean => isString(value) && DIGEST.test(value)
const isTime = (value: unknown): boolean => isString(value) && TIME.test(value)
const isId = (value: unknown): boolean => isString(value) && ID.test(value)

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isRecordOf(value: unknown, test: (inner: unknown) => boolean): boolean {
  return isRecord(value) && Object.values(value).every((inner) => test(inner))
}

function isListOf(value: unknown, test: (inner: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every((inner) => test(inner))
}

function isOptional(value: unknown, test: (inner: unknown) => boolean): boolean {
  return value === undefined || test(value)
}
