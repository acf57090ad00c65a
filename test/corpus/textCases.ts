import { ggufFile } from '../support/gguf'
import { zip } from '../support/zipWriter'
import type { CorpusCase, Expectation } from './case'
import { file, folder } from './case'
import { callPickle } from './gadgets'

const system = callPickle('os', 'system')

/** Templates that leave their sandbox, or try to. */
const TEMPLATES: readonly (readonly [name: string, template: string])[] = [
  ['a class', "{{ ''.__class__ }}"],
  ['a method resolution order', "{{ ''.__class__.__mro__[1].__subclasses__() }}"],
  ['cycler', "{{ cycler.__init__.__globals__.os.popen('true').read() }}"],
  ['lipsum', "{{ lipsum.__globals__['os'].popen('true') }}"],
  ['joiner', "{% set x = joiner['__init__'] %}{{ x }}"],
  ['attr', "{{ messages|attr('__class__') }}"],
  ['attr of a computed name', "{{ messages|attr('_'*2 ~ 'class' ~ '_'*2) }}"],
  ['an escaped name', String.raw`{{ messages['\x5f\x5fclass\x5f\x5f'] }}`],
  ['an escaped name in Unicode', String.raw`{{ messages['\u005f\u005fclass\u005f\u005f'] }}`],
  ['a joined name', "{{ messages['__cla' ~ 'ss__'] }}"],
  ['an added name', "{{ messages['__cla' + 'ss__'] }}"],
  ['a name joined by a filter', "{{ messages[['__cl','ass__']|join] }}"],
  [
    'a name put together over blocks',
    "{% set a = '__cla' %}{% set b = 'ss__' %}{{ messages[a ~ b] }}",
  ],
  ['a name backwards', "{{ messages['__ssalc__'|reverse] }}"],
  ['a format string', "{{ '{0.__class__}'.format(messages) }}"],
  ['a name of characters', "{{ messages[('%c%c'|format(95,95)) ~ 'class'] }}"],
  ['map of an attribute', "{{ messages|map(attribute='__class__')|list }}"],
  ['a statement', '{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}'],
  ['a condition', "{% if ''.__class__ %}x{% endif %}"],
  ['a call of popen', "{{ os.popen('true') }}"],
  ['a call of system', "{{ x.system('true') }}"],
  ['self', '{{ self._TemplateReference__context }}'],
  ['an import', "{% import 'os' as os %}"],
  ['an include', "{% include '/etc/passwd' %}"],
  ['behind a comment', "{# harmless #}{{ ''.__class__ }}"],
  ['behind a raw block', "{% raw %}{{ x }}{% endraw %}{{ ''.__class__ }}"],
  ['behind text in a string', "{{ '}}' }}{{ ''.__class__ }}"],
  [
    'after an ordinary loop',
    "{% for m in messages %}{{ m['content'] }}{% endfor %}{{ messages.__class__ }}",
  ],
]

export function textCases(): CorpusCase[] {
  return [...templateCases(), ...ggufCases(), ...configurationCases(), ...folderCases()]
}

function templateCases(): CorpusCase[] {
  const configuration = (template: unknown): string =>
    JSON.stringify({ tokenizer_class: 'X', chat_template: template })
  const evil = "{{ ''.__class__ }}"
  return [
    ...TEMPLATES.map(([name, template]) =>
      file(
        `template ${name}`,
        'model.gguf',
        ggufFile({ 'tokenizer.chat_template': { type: 'string', value: template } }, []),
      ),
    ),
    file(
      'template of a name',
      'model.gguf',
      ggufFile({ 'tokenizer.chat_template.tool_use': { type: 'string', value: evil } }, []),
    ),
    file(
      'template in an array',
      'model.gguf',
      ggufFile({ 'tokenizer.chat_template': { type: 'strings', value: ['x', evil] } }, []),
    ),
    file(
      'template of a big-endian file',
      'model.gguf',
      ggufFile({ 'tokenizer.chat_template': { type: 'string', value: evil } }, [], {
        bigEndian: true,
      }),
    ),
    file(
      'template of the first version',
      'model.gguf',
      ggufFile({ 'tokenizer.chat_template': { type: 'string', value: evil } }, [], { version: 1 }),
    ),
    file(
      'template named model.bin',
      'model.bin',
      ggufFile({ 'tokenizer.chat_template': { type: 'string', value: evil } }, []),
    ),
    file('template of a tokenizer', 'tokenizer_config.json', configuration(evil)),
    file(
      'template of a list',
      'tokenizer_config.json',
      configuration([{ name: 'x', template: evil }]),
    ),
    file('template in a file', 'chat_template.jinja', evil),
    file('template behind a comment at its beginning', 'chat_template.jinja', `{#- x -#}${evil}`),
    file(
      'template in a part of a configuration',
      'tokenizer_config.json',
      JSON.stringify({ processor: { chat_template: evil } }),
    ),
    file(
      'template of another key',
      'tokenizer_config.json',
      JSON.stringify({ default_chat_template: evil }),
    ),
    file(
      'template of a prompt',
      'model.gguf',
      ggufFile({ 'general.prompt_template': { type: 'string', value: evil } }, []),
    ),
    file('template in JSON', 'chat_template.json', configuration(evil)),
    file('template of a processor', 'processor_config.json', configuration(evil)),
    file('template that is not closed', 'chat_template.jinja', '{{ x ', 'suspicious'),
  ]
}

function ggufCases(): CorpusCase[] {
  const good = Buffer.from(
    ggufFile(
      { 'general.architecture': { type: 'string', value: 'llama' } },
      [{ name: 'a', dimensions: [8], type: 0, offset: 0 }],
      { dataLength: 32 },
    ),
  )
  const lie = (at: number): Buffer => {
    const copy = Buffer.from(good)
    copy.writeBigUInt64LE(1n << 60n, at)
    return copy
  }
  return [
    file('gguf of too many tensors', 'model.gguf', lie(8), 'suspicious'),
    file('gguf of too many values', 'model.gguf', lie(16), 'suspicious'),
    file('gguf key that is too long', 'model.gguf', lie(24), 'suspicious'),
    file('gguf that is cut off', 'model.gguf', good.subarray(0, 60), 'suspicious'),
    file(
      'gguf tensor beyond its end',
      'model.gguf',
      ggufFile({}, [{ name: 'a', dimensions: [1 << 20], type: 0, offset: 0 }], { dataLength: 32 }),
      'suspicious',
    ),
    file(
      'gguf of a version of the future',
      'model.gguf',
      Buffer.concat([Buffer.from('GGUF\x63\0\0\0', 'latin1'), Buffer.alloc(64)]),
      'suspicious',
    ),
    file(
      'gguf with an archive behind',
      'model.gguf',
      Buffer.concat([good, zip([{ name: 'x/data.pkl', data: system }])]),
    ),
  ]
}

function configurationCases(): CorpusCase[] {
  const json = (
    name: string,
    path: string,
    value: unknown,
    expected: Expectation = 'dangerous',
  ): CorpusCase => file(name, path, JSON.stringify(value), expected)
  const mlmodel = (loader: string, more = ''): string =>
    `flavors:\n  python_function:\n    loader_module: ${loader}\n${more}model_uuid: x\n`
  return [
    json(
      'huggingface code of its own',
      'config.json',
      { model_type: 'x', auto_map: { AutoModel: 'modeling_x.Model' } },
      'suspicious',
    ),
    json(
      'huggingface code of others',
      'config.json',
      { auto_map: { AutoModel: 'someone/repository--modeling_x.Model' } },
      'suspicious',
    ),
    json(
      'huggingface code in a list',
      'tokenizer_config.json',
      { auto_map: { AutoTokenizer: ['tokenization_x.A', null] } },
      'suspicious',
    ),
    json('huggingface code out of the folder', 'config.json', {
      auto_map: { AutoModel: '../../x.Model' },
    }),
    json('huggingface code of os', 'config.json', { auto_map: { AutoModel: 'os.system' } }),
    json('huggingface modules', 'modules.json', [
      { idx: 0, name: '0', path: '', type: 'os.system' },
    ]),
    json(
      'huggingface modules of others',
      'modules.json',
      [{ idx: 0, name: '0', path: '', type: 'mypackage.Net' }],
      'suspicious',
    ),
    json('huggingface pipeline', 'model_index.json', {
      _class_name: 'X',
      unet: ['subprocess', 'Popen'],
    }),
    json(
      'huggingface pipeline of its own',
      'model_index.json',
      { _class_name: 'X', unet: ['my_unet', 'Net'] },
      'suspicious',
    ),
    json('huggingface parent library', 'adapter_config.json', {
      peft_type: 'LORA',
      auto_mapping: { base_model_class: 'x', parent_library: 'os' },
    }),
    json('huggingface activation', 'config.json', {
      in_features: 1,
      activation_function: 'os.abort',
    }),
    ...(['attn_implementation', '_attn_implementation', 'custom_generate'] as const).map((key) =>
      json(
        `huggingface ${key} of others`,
        'config.json',
        { model_type: 'x', [key]: 'someone/kernel' },
        'suspicious',
      ),
    ),
    json(
      'huggingface trust',
      'config.json',
      { model_type: 'x', trust_remote_code: true },
      'suspicious',
    ),
    json('shards out of the folder', 'model.safetensors.index.json', {
      weight_map: { a: '../../x.safetensors' },
    }),
    json('shards of an absolute path', 'pytorch_model.bin.index.json', {
      weight_map: { a: '/etc/passwd' },
    }),
    json('hydra target', 'config.json', { a: { _target_: 'os.system' } }),
    file('a damaged configuration', 'config.json', '{"model_type": ', 'suspicious'),
    json(
      'a configuration that is too deep',
      'config.json',
      JSON.parse('['.repeat(200) + ']'.repeat(200)),
      'suspicious',
    ),
    file('hydra target in YAML', 'config.yaml', 'model:\n  _target_: subprocess.call\n'),
    file(
      'hydra target that is put together',
      'config.yaml',
      'a: os\nb: system\nm:\n  _target_: ${a}.${b}\n',
      'suspicious',
    ),
    file(
      'keras in YAML',
      'model.yaml',
      'class_name: Sequential\nconfig:\n  layers:\n  - class_name: Lambda\n    config: {}\n',
    ),
    file('a configuration that is none', 'tokenizer_config.json', '// x\n{}', 'suspicious'),
    file('yaml objects', 'config.yaml', 'x: !!python/object/apply:os.system ["true"]\n'),
    file(
      'yaml objects by their long name',
      'config.yaml',
      'x: !<tag:yaml.org,2002:python/object/new:os.system> ["true"]\n',
    ),
    file(
      'yaml objects by a handle',
      'config.yaml',
      '%TAG !p! tag:yaml.org,2002:python/object/apply:\n---\nx: !p!os.system ["true"]\n',
    ),
    file(
      'mlflow data out of the folder',
      'MLmodel',
      mlmodel('mlflow.sklearn', '    data: ../../x\n'),
    ),
    file(
      'mlflow code of another flavor',
      'MLmodel',
      'flavors:\n  langchain:\n    model_code_path: agent.py\n',
      'suspicious',
    ),
    file('mlflow loader of os', 'MLmodel', mlmodel('os')),
    file('mlflow loader of subprocess', 'MLmodel', mlmodel('subprocess')),
    file('mlflow loader of its own', 'MLmodel', mlmodel('my_loader'), 'suspicious'),
    file('mlflow code', 'MLmodel', mlmodel('mlflow.sklearn', '    code: code\n'), 'suspicious'),
    file('mlflow pyfunc', 'MLmodel', mlmodel('mlflow.pyfunc.model'), 'suspicious'),
    folder('mlflow folder', { MLmodel: mlmodel('mlflow.sklearn'), 'model.pkl': system }),
    file('mlflow that is damaged', 'MLmodel', 'flavors: [', 'suspicious'),
  ]
}

function folderCases(): CorpusCase[] {
  const safe = ggufFile({}, [])
  return [
    folder('folder with one bad file', { 'a.gguf': safe, 'weights/pytorch_model.bin': system }),
    folder('folder with a hidden file', { 'a.gguf': safe, '.cache/x': system }),
    folder('folder with a link that leads out', { 'a.gguf': safe }, 'suspicious', {
      'model.bin': '/etc/passwd',
    }),
    folder('folder with a link to a folder that leads out', { 'a.gguf': safe }, 'suspicious', {
      sub: '/etc',
    }),
    folder('folder with a link to nowhere', { 'a.gguf': safe }, 'suspicious', { x: 'nowhere' }),
    folder('folder with a program', {
      'a.gguf': safe,
      'model.bin': Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(64)]),
    }),
    folder(
      'folder with remote code',
      {
        'config.json': '{"model_type":"x","auto_map":{"AutoModel":"modeling.M"}}',
        'modeling.py': 'import os',
      },
      'suspicious',
    ),
    folder('folder with two models', { 'x.onnx': 'not a model', 'y.gguf': safe }, 'suspicious'),
  ]
}
