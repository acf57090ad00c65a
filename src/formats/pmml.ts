import { isAppError } from '../base/errors'
import { readXml, xmlRoot } from '../bytes/xml'
import type { XmlAttributes } from '../bytes/xml'
import type { FileFormat, FormatResult } from './format'
import { Findings, toMetadata } from './summary'

/** Names that are listed; a dictionary of more says nothing to anybody. */
const MAX_FEATURES = 10_000

/**
 * PMML, by name and version: who made it, what kind of model it is, and its features. They stand at the beginning; the
 * model itself, which can have gigabytes, is not read.
 */
export const pmml: FileFormat = {
  id: 'pmml',
  extensions: ['.pmml', '.xml'],
  match: ({ head }) => xmlRoot(head) === 'PMML',
  inspect({ reader, budget }): FormatResult {
    const findings = new Findings()
    const walk = new PmmlWalk()
    let partial = false
    try {
      readXml(reader, budget, walk)
    } catch (error) {
      if (!isAppError(error) || error.code !== 'corrupt') throw error
      partial = true
      findings.add('damaged', 'error', error.message, { offset: error.location?.offset ?? 0 })
    }
    const { producer, producerVersion, modelClass, features } = walk
    return {
      framework: 'custom',
      summary: {
        ...(producer && { producer }),
        ...(producerVersion && { producerVersion }),
        ...(modelClass && { modelClass }),
        featureNames: features,
        featureCount: features.length,
        metadata: toMetadata([
          ['version', walk.version],
          ['function', walk.function],
          ['targets', walk.targets.join(', ') || undefined],
        ]),
      },
      findings: findings.list(),
      partial,
    }
  },
}

class PmmlWalk {
  version: string | undefined
  producer: string | undefined
  producerVersion: string | undefined
  modelClass: string | undefined
  function: string | undefined
  readonly features: string[] = []
  readonly targets: string[] = []

  open(name: string, attributes: XmlAttributes, path: readonly string[]): void {
    if (path.length === 0) {
      this.version = attributes['version']
    } else if (name === 'Application' && path[1] === 'Header') {
      this.producer = attributes['name']
      // Some write a whole account of their build: the version is what comes first.
      this.producerVersion = attributes['version']?.trim().split('\n')[0]?.slice(0, 100)
    } else if (path.length === 1 && attributes['functionName'] !== undefined) {
      this.modelClass = name
      this.function = attributes['functionName']
    } else if (name === 'MiningField' && path.length === 3) {
      this.#readField(attributes)
    }
  }

  /** The fields of the outermost model are followed by the model: there is no more to know. */
  close(name: string, path: readonly string[]): boolean {
    return name === 'MiningSchema' && path.length === 2
  }

  #readField(attributes: XmlAttributes): void {
    const field = attributes['name'] ?? ''
    const usage = attributes['usageType'] ?? 'active'
    if (usage === 'active' && this.features.length < MAX_FEATURES) this.features.push(field)
    if (/^(?:target|predicted)$/.test(usage) && this.targets.length < MAX_FEATURES) {
      this.targets.push(field)
    }
  }
}
