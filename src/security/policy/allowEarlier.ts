import type { AllowTable } from './allowTable'

/** The same things under the names that earlier releases of their packages gave them. */
export const ALLOW_EARLIER: AllowTable = {
  make: {
    'numpy.random.mtrand': '__RandomState_ctor',
    'pandas._libs.tslib': 'Timestamp Timedelta',
    'pandas.core.index': '_new_Index',
    'pandas.indexes.base': '_new_Index',
    'pandas.tseries.index': '_new_DatetimeIndex',
    'pandas.tslib': 'Timestamp Timedelta',
    'torch.tensor': '_rebuild_from_type',
  },
  class: {
    'lightgbm.compat': '_LGBMLabelEncoder',
    'lightning.fabric.utilities.data': 'AttributeDict',
    'lightning.pytorch.utilities.parsing': 'AttributeDict',
    'lightning_fabric.utilities.data': 'AttributeDict',
    numpy: 'poly1d',
    'numpy.lib._polynomial_impl': 'poly1d',
    'numpy.lib.polynomial': 'poly1d',
    'pandas._libs.internals': 'BlockManager SingleBlockManager',
    'pandas.core.arrays.sparse.dtype': 'SparseDtype',
    'pandas.core.arrays.string_': 'StringArrayNumpySemantics',
    'pandas.core.arrays.string_arrow': 'ArrowStringArrayNumpySemantics',
    'pandas.core.categorical': 'Categorical',
    'pandas.core.index': 'Float64Index Index Int64Index MultiIndex RangeIndex UInt64Index',
    'pandas.core.internals': 'BlockManager SingleBlockManager',
    'pandas.indexes.base': 'Index',
    'pandas.indexes.multi': 'MultiIndex',
    'pandas.indexes.numeric': 'Float64Index Int64Index UInt64Index',
    'pandas.indexes.range': 'RangeIndex',
    'pytorch_lightning.utilities.parsing': 'AttributeDict',
    'scipy.interpolate.fitpack2':
      'InterpolatedUnivariateSpline LSQUnivariateSpline RectBivariateSpline SmoothBivariateSpline UnivariateSpline',
    'scipy.interpolate.interpolate': 'BPoly PPoly interp1d',
    'scipy.optimize._optimize': 'OptimizeResult',
    'scipy.optimize.optimize': 'OptimizeResult',
    'scipy.stats.kde': 'gaussian_kde',
    'sklearn.compose._column_transformer': '_RemainderColsList',
    'sklearn.gaussian_process.gpc': 'GaussianProcessClassifier',
    'sklearn.gaussian_process.gpr': 'GaussianProcessRegressor',
    'sklearn.grid_search': 'GridSearchCV RandomizedSearchCV',
    'sklearn.metrics._scorer': '_PredictScorer _ProbaScorer _ThresholdScorer',
    'sklearn.metrics.scorer': '_PredictScorer _ProbaScorer _ThresholdScorer',
    'sklearn.utils.deprecation': 'DeprecationDict',
    'torch.amp.grad_scaler': 'GradScaler',
    'torch.cuda.amp.grad_scaler': 'GradScaler',
    'torch.nn.utils.rnn': 'PackedSequence',
    'torch.optim.swa_utils': 'AveragedModel SWALR',
    'torch.torch_version': 'TorchVersion',
    'torch.utils.hooks': 'RemovableHandle',
    'xgboost.compat': 'XGBoostLabelEncoder',
  },
  value: {
    'numpy.core.umath':
      'absolute add arccos arcsin arctan ceil cos cosh exp exp2 expm1 floor log log10 log1p log2 maximum minimum multiply negative power reciprocal sign sin sinh sqrt square subtract tan tanh true_divide',
    'scipy.spatial.distance':
      'braycurtis canberra chebyshev cityblock correlation cosine dice euclidean hamming jaccard jensenshannon mahalanobis minkowski rogerstanimoto russellrao seuclidean sokalsneath sqeuclidean yule',
    'sklearn.feature_selection.univariate_selection':
      'chi2 f_classif f_oneway f_regression mutual_info_classif',
    'sklearn.metrics.classification':
      'accuracy_score f1_score log_loss precision_score recall_score',
    'sklearn.metrics.ranking': 'average_precision_score roc_auc_score',
    'sklearn.metrics.regression': 'mean_absolute_error mean_squared_error r2_score',
  },
}
