/** Raised with every change that can change a verdict: stored reports of older rules are worth a new scan. */
export const RULES_VERSION = '2'
