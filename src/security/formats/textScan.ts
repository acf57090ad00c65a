import type { ByteReader } from '../../bytes/byteReader'
import { xmlRoot } from '../../bytes/xml'
import type { Content, ScanContext } from '../context'
import { extensionOf } from '../context'
import { latin1 } from '../magic'
import { isText, isWideText } from '../text/encoding'
import { CONFIGURATION, scanJson } from './jsonScan'
import { scanTextGraph } from './tensorflowText'
import { scanTemplate } from './templates'
import { scanXml } from './xmlScan'
import { scanYaml } from './yamlScan'

/** Text of a template or configuration that is read. */
const MAX_TEXT = 8 * 1024 * 1024
const TEMPLATE_NAME = /^chat_template.*\.(?:jinja2?|txt)$|\.jinja2?$/i

/** Scans a text file, if it is one. Returns whether a loader takes it for a part of a model. */
export function scanText(content: Content, context: ScanContext, head: Uint8Array): boolean {
  const { reader, name } = content
  const extension = extensionOf(name)
  if (xmlRoot(head) !== undefined || /^(?:\xef\xbb\xbf)?\s*<(?:[?!]|\w)/.test(latin1(head))) {
    return scanXml(content, context)
  }
  if (isWideText(head)) return scanWideText(content, context)
  if (!isText(head)) return false
  if (extension === '.pbtxt') return scanTextGraph(textOf(reader), content, context)
  if (TEMPLATE_NAME.test(name)) {
    context.markModel()
    if (reader.size > MAX_TEXT) context.add('template/damaged', content, { evidence: 'too large' })
    scanTemplate(textOf(reader), name, content, context)
    return true
  }
  if (/^(?:\xef\xbb\xbf)?\s*[[{]/.test(latin1(head)) && scanJson(content, context)) return true
  if (CONFIGURATION.test(name)) {
    context.markModel()
    context.add('json/damaged', content, { evidence: latin1(head.subarray(0, 40)) })
    return true
  }
  if (extension === '.yaml' || extension === '.yml' || name === 'MLmodel') {
    scanYaml(content, context)
    return true
  }
  if (/^tree\r?\nversion=/.test(latin1(head))) {
    context.markModel()
    return true
  }
  return false
}

/** JSON and XML may be of two or four bytes for each character; Python's readers take them so. */
function scanWideText(content: Content, context: ScanContext): boolean {
  const plain = latin1(content.reader.head(0, 4096)).replace(/[\0\xfe\xff]/g, '')
  if (/^\s*</.test(plain)) return scanXml(content, context)
  return /^\s*[[{]/.test(plain) && scanJson(content, context)
}

function textOf(reader: ByteReader): string {
  return Buffer.from(reader.head(0, MAX_TEXT)).toString('utf8')
}
