import assert from 'node:assert/strict'
import { checkTemplate } from '../../../../src/security/text/jinja'

/** What templates of published models do, in their ways. */
const ORDINARY = [
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}",
  "{%- if messages[0]['role'] == 'system' -%}{% set system = messages[0]['content'] %}{%- endif -%}{{ system }}",
  "{{ message.role ~ ': ' ~ message.content | trim }}",
  '{% set ns = namespace(found=false) %}{% for m in messages %}{% set ns.found = true %}{% endfor %}{{ ns.found }}',
  "{{ raise_exception('Conversation roles must alternate user/assistant') }}",
  "{{ tools | map(attribute='function') | list | tojson(indent=2) }}",
  "{{ messages | selectattr('role', 'equalto', 'system') | first }}",
  "{{ message.system }} {{ message['system'] }} {{ tool.import }} {{ options.open }}",
  '{% set self = 1 %}{% macro request(x) %}{{ x }}{% endmacro %}{{ request(1) }}',
  '{# a comment on {{ x.__class__ }} #}{{ bos_token }}',
  '{% raw %}{{ x.__class__ }}{% endraw %}',
  "text about __class__ and os.system('x'), outside of any block",
  "{{ 'Never call __import__ or eval, please.' + message.content }}",
  "{{ '%s: %s' | format(message.role, message.content) }}",
  "{{ ['a', 'b'] | join('') }}{{ messages[0].content.split('</think>')[-1] }}",
  "{{ strftime_now('%d %b %Y') }}{{ config.date }}",
  '{%- for tool_call in message.tool_calls -%}{{ \'{"name": "\' + tool_call.name + \'"}\' }}{%- endfor -%}',
  '',
]

describe('checkTemplate', () => {
  for (const template of ORDINARY) {
    it(`takes ${JSON.stringify(template.slice(0, 60))}`, () => {
      assert.deepEqual(checkTemplate(template), [])
    })
  }

  it('says where', () => {
    const [problem] = checkTemplate('Hello {{ name.__class__ }}')
    assert.deepEqual(problem, { rule: 'template/code', offset: 14, evidence: 'name.__class__' })
  })

  it('takes a template that is not closed for damaged', () => {
    assert.deepEqual(
      checkTemplate('{{ x').map(({ rule }) => rule),
      ['template/damaged'],
    )
  })

  it('ends on many blocks', () => {
    const rules = checkTemplate('{{ x }}'.repeat(60_000)).map(({ rule }) => rule)
    assert.deepEqual(rules, ['template/damaged'])
  })
})
