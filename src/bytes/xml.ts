import { SaxesParser } from 'saxes'
import { AppError } from '../base/errors'
import type { ByteReader } from './byteReader'
import type { Budget } from './limits'

/** Bytes that are parsed at a time. */
const CHUNK = 65_536
/** Elements in elements: a decision tree in PMML nests one for each level. */
const MAX_DEPTH = 10_000
/** Bytes without an element: text and attributes are held until they end. */
const MAX_SILENCE = 16 * 1024 * 1024
/** What declares a document type or an entity: the way to other files, and to text that grows without end. */
const DECLARATION = /<!(?:DOCTYPE|ENTITY)/
const DECLARATION_LENGTH = 9

export type XmlAttributes = Readonly<Record<string, string>>

export interface XmlHandler {
  /** An element begins; `path` holds the names of those around it. */
  open(name: string, attributes: XmlAttributes, path: readonly string[]): void
  text?(text: string, path: readonly string[]): void
  /** An element has ended. Returning `true` ends the reading, if nothing more is wanted. */
  close?(name: string, path: readonly string[]): boolean | void
}

/**
 * Reads XML from front to back, a piece at a time. A document type declaration is refused before it is parsed, so there
 * are no entities beside the five of XML itself. Names are without prefixes. What is no XML is `AppError('corrupt')`.
 */
export function readXml(reader: ByteReader, budget: Budget, handler: XmlHandler): void {
  const walk = new XmlWalk(reader, budget, handler)
  walk.read()
}

class XmlWalk {
  readonly #reader: ByteReader
  readonly #budget: Budget
  readonly #handler: XmlHandler
  readonly #parser = new SaxesParser()
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  readonly #path: string[] = []
  #position = 0
  #lastElement = 0
  #isDone = false

  constructor(reader: ByteReader, budget: Budget, handler: XmlHandler) {
    this.#reader = reader
    this.#budget = budget
    this.#handler = handler
    this.#parser.on('opentag', ({ name, attributes }) => this.#open(name, attributes))
    this.#parser.on('closetag', ({ name }) => this.#close(name))
    this.#parser.on('text', (text) => {
      if (!this.#isDone) handler.text?.(text, this.#path)
    })
    this.#parser.on('error', (error) => {
      throw this.#corrupt(`The XML is damaged: ${error.message}`, error)
    })
  }

  read(): void {
    let tail = ''
    while (this.#position < this.#reader.size && !this.#isDone) {
      const text = this.#decode(this.#reader.head(this.#position, CHUNK))
      if (DECLARATION.test(tail + text)) {
        throw this.#corrupt('The XML declares a document type or an entity, which is refused.')
      }
      this.#budget.step()
      this.#parser.write(text)
      tail = text.slice(1 - DECLARATION_LENGTH)
      this.#position += CHUNK
      if (this.#position - this.#lastElement > MAX_SILENCE) {
        throw this.#corrupt('The XML has too much text in one element.')
      }
    }
    if (!this.#isDone) this.#parser.close()
  }

  #decode(bytes: Uint8Array): string {
    const isLast = this.#position + bytes.length >= this.#reader.size
    try {
      return this.#decoder.decode(bytes, { stream: !isLast })
    } catch (error) {
      throw this.#corrupt('The XML is not UTF-8.', error)
    }
  }

  #open(qualified: string, attributes: XmlAttributes): void {
    this.#lastElement = this.#position
    if (this.#isDone) return
    this.#budget.step()
    const name = localName(qualified)
    this.#handler.open(name, attributes, this.#path)
    this.#path.push(name)
    if (this.#path.length > MAX_DEPTH) throw this.#corrupt('The XML nests too deep.')
  }

  #close(qualified: string): void {
    this.#lastElement = this.#position
    this.#path.pop()
    if (this.#isDone) return
    if (this.#handler.close?.(localName(qualified), this.#path) === true) this.#isDone = true
  }

  #corrupt(message: string, cause?: unknown): AppError {
    const offset = this.#reader.base + Math.min(this.#position, this.#reader.size)
    return new AppError('corrupt', message, { cause, location: { offset } })
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

/** The name of a document's root element, if its beginning is XML. */
export function xmlRoot(head: Uint8Array): string | undefined {
  const text = new TextDecoder('latin1').decode(head.subarray(0, 4096))
  const match =
    /^(?:\u00ef\u00bb\u00bf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[^]*?-->\s*)*<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)[\s/>]/.exec(
      text,
    )
  return match?.[1]
}
