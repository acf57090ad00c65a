import { isAppError } from '../../base/errors'
import { readXml, xmlRoot } from '../../bytes/xml'
import type { Content, ScanContext } from '../context'
import { latin1 } from '../magic'
import { extensionOf } from '../context'

/** Layers of OpenVINO's own operator sets. */
const OPSETS = /^(?:opset\d+|experimental|ie_internal_opset)$/
const DECLARATION = /<!\s*(?:DOCTYPE|ENTITY)/i
const MODELS: ReadonlySet<string> = new Set(['net', 'PMML'])

/** Scans XML: OpenVINO and PMML. Entities are refused before anything is parsed. Returns whether it is XML. */
export function scanXml(content: Content, context: ScanContext): boolean {
  const { reader, name } = content
  const head = reader.head(0, 65_536)
  const text = latin1(head)
  const isWide = /^(?:\xff\xfe|\xfe\xff|<\0|\0<)/.test(text)
  const plain = isWide ? text.replaceAll('\0', '') : text
  const root = xmlRoot(head) ?? /<(?:\w+:)?(net|PMML)[\s>]/.exec(plain)?.[1]
  // Declarations may go on until the root is out of sight: then the name has to do.
  const isHidden =
    root === undefined &&
    extensionOf(name) === '.xml' &&
    (DECLARATION.test(plain) || !/<\w/.test(plain))
  const isModel =
    (root !== undefined && MODELS.has(root)) || isHidden || extensionOf(name) === '.pmml'
  if (!isModel) return false
  context.markModel()
  if (DECLARATION.test(plain)) {
    const at = plain.search(DECLARATION)
    context.add('xml/document-type', content, { offset: at, evidence: plain.slice(at, at + 150) })
    return true
  }
  try {
    readXml(reader, context.budget, {
      open: (element, attributes) => checkElement(element, attributes, content, context),
    })
  } catch (error) {
    if (!isAppError(error) || error.code !== 'corrupt') throw error
    const isDeclared = error.message.includes('document type')
    context.addDamage(isDeclared ? 'xml/document-type' : 'xml/damaged', content, error)
  }
  return true
}

function checkElement(
  element: string,
  attributes: Readonly<Record<string, string>>,
  content: Content,
  context: ScanContext,
): void {
  for (const [key, value] of Object.entries(attributes)) {
    if (
      /^(?:library|plugin|extension_lib|kernel_?lib|extensions?_?path)$/i.test(key) &&
      value !== ''
    ) {
      context.add('xml/library', content, { evidence: `${element} ${key}="${value}"` })
    }
  }
  if (attributes['xmlns:xi'] !== undefined || element === 'xi:include') {
    context.add('xml/document-type', content, { evidence: `${element} includes other files` })
  }
  const version = attributes['version']
  if (element === 'layer' && version !== undefined && !OPSETS.test(version)) {
    const evidence = `${attributes['type'] ?? ''} of ${version}`
    context.add('xml/custom-layer', content, { evidence })
  }
  const isScript = element === 'Extension' && /script|code|exec/i.test(attributes['name'] ?? '')
  if (isScript) context.add('xml/custom-layer', content, { evidence: attributes['name'] ?? '' })
}
