import type { PickleValue } from '../../bytes/pickleValues'

/**
 * What `scipy.stats` keeps in each distribution and executes when it is loaded (`rv_generic._construct_argparser`): three
 * functions around the names of the shape parameters and their defaults.
 */
const SHAPES = String.raw`(?:[A-Za-z_]\w*(?:=[\w.+-]+)?, ?)*(?:[A-Za-z_]\w*(?:=[\w.+-]+)?)?`
const NUMBER_OR_NAME = String.raw`(?:loc=[\w.+-]+|scale=[\w.+-]+|loc|scale|[01])`
const ARGUMENTS = String.raw`${SHAPES},? ?${NUMBER_OR_NAME}(?:, ?${NUMBER_OR_NAME})?`
const VALUES = String.raw`\(?(?:[A-Za-z_]\w*, ?)*(?:[A-Za-z_]\w*)?\)?,? ?${NUMBER_OR_NAME}(?:, ?${NUMBER_OR_NAME})?`
const TEMPLATE = new RegExp(
  String.raw`^\s*def _parse_args\(self, ${ARGUMENTS}\):\s+return ${VALUES}` +
    String.raw`\s+def _parse_args_rvs\(self, ${ARGUMENTS}, size=None\):\s+return self\._argcheck_rvs\(${VALUES}, size=size\)` +
    String.raw`\s+def _parse_args_stats\(self, ${ARGUMENTS}, moments='mv'\):\s+return ${VALUES}, moments\s*$`,
)

/** Longer than any list of shape parameters makes it. */
const MAX_TEMPLATE = 4000

export function isArgumentTemplate(value: PickleValue): boolean {
  return typeof value === 'string' && value.length <= MAX_TEMPLATE && TEMPLATE.test(value)
}
