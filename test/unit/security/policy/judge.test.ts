import assert from 'node:assert/strict'
import { ALLOW_BOOSTING } from '../../../../src/security/policy/allowBoosting'
import { ALLOW_CORE } from '../../../../src/security/policy/allowCore'
import { ALLOW_EARLIER } from '../../../../src/security/policy/allowEarlier'
import { ALLOW_NUMPY } from '../../../../src/security/policy/allowNumpy'
import { ALLOW_SCIENCE } from '../../../../src/security/policy/allowScience'
import { ALLOW_SKLEARN } from '../../../../src/security/policy/allowSklearn'
import { ALLOW_TORCH } from '../../../../src/security/policy/allowTorch'
import { DENIED_ANYWHERE, DENIED_NAMES } from '../../../../src/security/policy/deny'
import { judgeGlobal } from '../../../../src/security/policy/judge'

const TABLES = [
  ALLOW_EARLIER,
  ALLOW_CORE,
  ALLOW_NUMPY,
  ALLOW_TORCH,
  ALLOW_SKLEARN,
  ALLOW_SCIENCE,
  ALLOW_BOOSTING,
]

function kindOf(path: string): string {
  const at = path.lastIndexOf('.')
  return judgeGlobal(path.slice(0, at), path.slice(at + 1)).kind
}

describe('judgeGlobal', () => {
  it('has exact names only in its allow-list, each once for a role, none of which is denied', () => {
    for (const table of TABLES) {
      for (const names of Object.values(table)) {
        for (const [module, list] of Object.entries(names)) {
          const items = list.split(' ')
          assert.equal(new Set(items).size, items.length, module)
          for (const name of items) {
            assert.match(name, /^\w+$/, `${module} ${name}`)
            assert.ok(!DENIED_ANYWHERE.has(name), `${module}.${name}`)
            assert.ok(!DENIED_NAMES[module]?.split(' ').includes(name), `${module}.${name}`)
          }
        }
      }
    }
  })

  it('knows the same module under its other names', () => {
    for (const path of [
      'posix.system',
      'nt.system',
      '_io.FileIO',
      '_pickle.loads',
      '_operator.attrgetter',
      '__builtin__.eval',
    ]) {
      assert.equal(kindOf(path), 'denied', path)
    }
    assert.equal(kindOf('copy_reg._reconstructor'), 'allowed')
    assert.equal(kindOf('numpy._core.multiarray._reconstruct'), 'allowed')
    assert.equal(kindOf('numpy.core.multiarray._reconstruct'), 'allowed')
  })

  it('denies what lies below a denied module, and what a module has imported', () => {
    assert.equal(judgeGlobal('torch._dynamo.guards', 'GuardBuilder').kind, 'denied')
    assert.equal(judgeGlobal('pathlib', 'os.system').kind, 'denied')
    assert.equal(judgeGlobal('sklearn.utils', 'os').kind, 'denied')
    assert.equal(judgeGlobal('osprey.models', 'Net').kind, 'unknown')
    assert.equal(judgeGlobal('iostream', 'open_file').kind, 'unknown')
  })

  it('knows the modules of Python that packages bring along, and nothing else by their names', () => {
    for (const path of ['pyspark.cloudpickle.loads', 'six.moves.builtins.eval', 'gevent.os.fork']) {
      assert.equal(kindOf(path), 'denied', path)
    }
    for (const path of [
      'tpot.builtins.StackingEstimator',
      'shop.commands.Train',
      'scipy.signal.lti',
    ]) {
      assert.equal(kindOf(path), 'unknown', path)
    }
  })

  it("takes the rest of Python's library for what no model needs", () => {
    for (const path of [
      'cgi.parse',
      'nturl2path.url2pathname',
      'email.generator.write',
      'zipfile.Path',
      'ensurepip.bootstrap',
      'optparse.OptionParser',
    ]) {
      assert.ok(['library', 'denied'].includes(kindOf(path)), path)
    }
    for (const path of [
      'math.tau',
      'enum.Enum',
      'base64.b64decode',
      'typing.Any',
      'types.GenericAlias',
      'logging.getLogger',
    ]) {
      assert.equal(kindOf(path), 'unknown', path)
    }
  })

  it('does not allow inherited names of its tables', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      assert.notEqual(judgeGlobal('builtins', name).kind, 'allowed')
      assert.notEqual(judgeGlobal(name, name).kind, 'allowed')
    }
  })
})
