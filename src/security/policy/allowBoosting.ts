import type { AllowTable } from './allowTable'

/** joblib, XGBoost, LightGBM and CatBoost. */
export const ALLOW_BOOSTING: AllowTable = {
  make: {},
  class: {
    'catboost.core': 'CatBoost CatBoostClassifier CatBoostRanker CatBoostRegressor',
    'joblib.numpy_pickle': 'NumpyArrayWrapper',
    'lightgbm.basic': 'Booster',
    'lightgbm.engine': 'CVBooster',
    'lightgbm.sklearn': 'LGBMClassifier LGBMModel LGBMRanker LGBMRegressor',
    'sklearn.externals.joblib.numpy_pickle': 'NumpyArrayWrapper',
    'xgboost.callback': 'EarlyStopping EvaluationMonitor LearningRateScheduler',
    'xgboost.core': 'Booster',
    'xgboost.sklearn':
      'XGBClassifier XGBModel XGBRFClassifier XGBRFRegressor XGBRanker XGBRegressor',
  },
  value: {},
}
