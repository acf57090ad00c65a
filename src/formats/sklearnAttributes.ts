/**
 * Attributes that estimators of scikit-learn inherit and set themselves, by class: they look like settings, and
 * `get_params()` does not have them. Made by comparing `vars(estimator)` with it for every class of version 1.9.
 */
const INHERITED: readonly (readonly [classes: string, attributes: string])[] = [
  ['AdaBoostClassifier AdaBoostRegressor BaggingClassifier BaggingRegressor', 'estimator_params'],
  ['CCA PLSRegression', 'algorithm deflation_mode mode'],
  ['DecisionTreeRegressor ExtraTreeRegressor', 'class_weight'],
  ['ExtraTreesClassifier RandomForestClassifier', 'estimator estimator_params'],
  ['ExtraTreesRegressor RandomForestRegressor', 'class_weight estimator estimator_params'],
  ['GradientBoostingClassifier LabelPropagation', 'alpha'],
  ['GraphicalLasso GraphicalLassoCV', 'store_precision'],
  ['IsolationForest', 'bootstrap_features estimator estimator_params oob_score'],
  ['KNeighborsClassifier KNeighborsRegressor KNeighborsTransformer LocalOutlierFactor', 'radius'],
  ['LarsCV', 'fit_path jitter n_nonzero_coefs random_state'],
  ['Lasso MultiTaskLasso', 'l1_ratio'],
  ['LassoLarsIC', 'fit_path'],
  ['MLPClassifier', 'loss'],
  ['MultiTaskLassoCV', 'positive precompute'],
  ['NuSVC', 'C epsilon'],
  ['NuSVR', 'class_weight epsilon probability random_state'],
  ['OneClassSVM', 'C class_weight epsilon probability random_state'],
  ['PLSCanonical', 'deflation_mode mode'],
  ['PassiveAggressiveClassifier', 'alpha epsilon eta0 l1_ratio learning_rate penalty power_t'],
  ['PassiveAggressiveRegressor', 'alpha eta0 l1_ratio learning_rate penalty power_t'],
  ['Perceptron', 'average epsilon learning_rate loss power_t'],
  ['RadiusNeighborsClassifier RadiusNeighborsRegressor RadiusNeighborsTransformer', 'n_neighbors'],
  [
    'RandomTreesEmbedding',
    'bootstrap class_weight estimator estimator_params max_samples oob_score',
  ],
  ['RidgeClassifierCV', 'alpha_per_target gcv_mode'],
  [
    'SGDOneClassSVM',
    'alpha early_stopping epsilon l1_ratio loss n_iter_no_change penalty validation_fraction',
  ],
  ['SVC', 'epsilon nu'],
  ['SVR', 'class_weight nu probability random_state'],
  ['StackingRegressor', 'stack_method'],
]

const BY_CLASS = new Map(
  INHERITED.flatMap(([classes, attributes]) =>
    classes.split(' ').map((name) => [name, new Set(attributes.split(' '))] as const),
  ),
)

/** Whether an attribute of a class, `sklearn.svm._classes.SVC`, is none of its settings. */
export function isInherited(path: string, attribute: string): boolean {
  if (!path.startsWith('sklearn.')) return false
  return BY_CLASS.get(path.slice(path.lastIndexOf('.') + 1))?.has(attribute) ?? false
}
