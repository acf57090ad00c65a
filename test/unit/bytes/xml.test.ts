import assert from 'node:assert/strict'
import { AppError } from '../../../src/base/errors'
import { ByteReader } from '../../../src/bytes/byteReader'
import { Budget } from '../../../src/bytes/limits'
import { readXml, xmlRoot } from '../../../src/bytes/xml'
import { assertHostileReader } from '../../support/hostile'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

function events(bytes: Uint8Array, stopAt?: string): string[] {
  const seen: string[] = []
  readXml(ByteReader.of(bytes), new Budget(), {
    open: (name, attributes, path) =>
      void seen.push(`<${[...path, name].join('/')} ${Object.values(attributes).join()}`),
    text: (text) => {
      if (text.trim()) seen.push(text.trim())
    },
    close: (name) => name === stopAt,
  })
  return seen
}

describe('readXml', () => {
  it('reads elements, attributes and text, over pieces of any size', () => {
    const text = `<?xml version="1.0"?><a:net x="1 &amp; 2"><b>${'ä'.repeat(100_000)}</b><!-- c --><d/></a:net>`
    const seen = events(encode(text))
    assert.deepEqual(seen[0], '<net 1 & 2')
    assert.equal(seen[2], 'ä'.repeat(100_000))
    assert.equal(seen[3], '<net/d ')
  })

  it('reads no further than is wanted', () => {
    assert.deepEqual(events(encode('<a><b/><c/></a>'), 'b'), ['<a ', '<a/b '])
    assert.deepEqual(events(encode(`<a><b/>${' '.repeat(100_000)}<no xml`), 'b'), ['<a ', '<a/b '])
  })

  it('refuses document types and entities, wherever they begin', () => {
    const laughs = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    const external = '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'
    const late = `<?xml version="1.0"?>${' '.repeat(65_536 - 25)}${external}`
    for (const text of [laughs, external, late]) {
      assert.throws(() => events(encode(text)), /declares a document type/)
    }
    assert.throws(() => events(encode('<a>&c;</a>')), AppError)
  })

  it('refuses what is no XML, or nests too deep', () => {
    for (const text of ['<a>', '<a></b>', '<a', '', '<a b=c/>', '<a/><b/>', '<a>'.repeat(20_000)]) {
      assert.throws(
        () => events(encode(text)),
        (error) => error instanceof AppError && error.code === 'corrupt',
        text.slice(0, 20),
      )
    }
    assert.throws(() => events(Uint8Array.of(0x3c, 0x61, 0x3e, 0xff)), /not UTF-8/)
  })

  it('withstands damage', () => {
    const text = '<?xml version="1.0"?><net name="a"><b x="1">t &lt;</b><![CDATA[d]]><c/></net>'
    assertHostileReader((bytes) => events(bytes), encode(text))
  })
})

describe('xmlRoot', () => {
  it('names the root element', () => {
    assert.equal(xmlRoot(encode('<?xml version="1.0"?>\n<!-- a --><net name="b">')), 'net')
    assert.equal(xmlRoot(encode('\ufeff<p:PMML version="4.3">')), 'PMML')
    assert.equal(xmlRoot(encode('{"a": "<net>"}')), undefined)
    assert.equal(xmlRoot(encode('<!DOCTYPE html><html>')), undefined)
  })
})
