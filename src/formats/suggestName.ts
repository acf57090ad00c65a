import type { InspectionSummary } from '../registry/inspection'

/** File names that say nothing of the model: every tutorial saves to one of them. */
const VAGUE_FILE =
  /^(?:(?:my|the|best|last|final|latest|trained|saved|pytorch|tf|keras|sklearn|xgb|lgbm)[-_]?)*(?:model|estimator|clf|classifier|regressor|pipeline|pipe|checkpoint|ckpt|weights|booster|network|net|best|last|final|latest|data|state[-_]dict|epoch|step|dump|output|export)?(?:[-_=]?v?\d+)*$/i
/** Classes that say as little: containers, and the layers of everything. */
const VAGUE_CLASS =
  /^(?:Sequential|Functional|Model|Module|Pipeline|Booster|OrderedDict|dict|list|tuple|ndarray|DataFrame|gbtree|gblinear|dart|GridSearchCV|RandomizedSearchCV)$/

/** A name for a model whose file has none worth keeping, from the class that the content names: `random-forest-classifier`. */
export function suggestName(fileName: string, summary: InspectionSummary): string | undefined {
  const stem = fileName.replace(/(?:\.[A-Za-z]\w*)+$/, '')
  if (!VAGUE_FILE.test(stem)) return undefined
  const candidates = [summary.architecture, summary.modelClass].map((path) =>
    path?.split('.').at(-1),
  )
  const name = candidates.find((each) => each !== undefined && !VAGUE_CLASS.test(each))
  if (name === undefined || !/^\w+$/.test(name)) return undefined
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase()
}
