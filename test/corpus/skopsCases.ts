import { zip } from '../support/zipWriter'
import { tar } from './builders'
import type { CorpusCase, Expectation } from './case'
import { file } from './case'
import { callPickle } from './gadgets'

const system = callPickle('os', 'system')

/** Schemas of skops, and configurations of NeMo. */
export function skopsCases(): CorpusCase[] {
  const schema = (node: object): string =>
    JSON.stringify({ _skops_version: '0.16', protocol: 2, ...node })
  const add = (
    name: string,
    node: object,
    expected?: Expectation,
    more: Readonly<Record<string, Uint8Array>> = {},
  ): CorpusCase =>
    file(
      `skops ${name}`,
      'model.skops',
      zip([
        { name: 'schema.json', data: schema(node) },
        ...Object.entries(more).map(([key, data]) => ({ name: key, data })),
      ]),
      expected,
    )
  const type = (module: string, name: string, loader = 'ObjectNode'): object => ({
    __class__: name,
    __module__: module,
    __loader__: loader,
    content: {},
  })
  return [
    add('OperatorFuncNode', type('operator', 'methodcaller', 'OperatorFuncNode')),
    add('MethodNode', type('builtins', 'method', 'MethodNode')),
    add('PartialNode', type('functools', 'partial', 'PartialNode')),
    add('LossNode', type('os', 'system', 'LossNode')),
    add('a type of os', type('os', 'system', 'TypeNode')),
    add('a function of subprocess', {
      ...type('builtins', 'function', 'FunctionNode'),
      content: { module_path: 'subprocess', function: 'call' },
    }),
    add('deep inside', { content: { a: [{ content: { b: type('posix', 'system') } }] } }),
    add('disguised as PyTorch', type('os', 'system', 'TypeNode'), 'dangerous', {
      'data.pkl': Buffer.from('}.'),
    }),
    add(
      'an unknown node',
      type('sklearn.linear_model._logistic', 'LogisticRegression', 'OtherNode'),
      'suspicious',
    ),
    add('an unknown type', type('mypackage', 'Net'), 'suspicious'),
    add(
      'with a pickle',
      type('sklearn.linear_model._logistic', 'LogisticRegression'),
      'dangerous',
      { 'x.bin': system },
    ),
    add(
      'with an array of objects',
      type('sklearn.linear_model._logistic', 'LogisticRegression'),
      'dangerous',
      { 'x.npy': system },
    ),
    file(
      'skops with a damaged schema',
      'model.skops',
      zip([{ name: 'schema.json', data: '{"__class__":' }]),
      'suspicious',
    ),
    file(
      'nemo target',
      'model.nemo',
      tar({
        'model_config.yaml': Buffer.from('model:\n  _target_: os.system\n  command: "true"\n'),
      }),
    ),
    file(
      'nemo target of a framework',
      'model.nemo',
      tar({ './model_config.yaml': Buffer.from('a:\n  - _target_: subprocess.run\n') }),
    ),
    file(
      'nemo target in flow style',
      'model.nemo',
      tar({ 'model_config.yaml': Buffer.from('{a: {"_target_": "builtins.exec"}}\n') }),
    ),
    file(
      'nemo unknown target',
      'model.nemo',
      tar({ 'model_config.yaml': Buffer.from('a:\n  _target_: mypackage.Net\n') }),
      'suspicious',
    ),
    file(
      'nemo with a pickle',
      'model.nemo',
      tar({ 'model_config.yaml': Buffer.from('a: 1\n'), 'model_weights.ckpt': system }),
    ),
    file(
      'nemo with YAML objects',
      'model.nemo',
      tar({ 'model_config.yaml': Buffer.from('a: !!python/object/apply:os.system ["true"]\n') }),
    ),
  ]
}
