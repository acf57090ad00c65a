import { CONFIGURATION_RULES } from './rules/configurationRules'
import { CONTAINER_RULES } from './rules/containerRules'
import { FORMAT_RULES } from './rules/formatRules'
import { PICKLE_RULES } from './rules/pickleRules'
import type { Rule } from './rules/rule'

export { RULES_VERSION } from './rulesVersion'

const ALL = { ...PICKLE_RULES, ...CONTAINER_RULES, ...FORMAT_RULES, ...CONFIGURATION_RULES }

export type RuleId = keyof typeof ALL

/** Every rule by its id. */
export const RULES: Readonly<Record<RuleId, Rule>> = ALL
