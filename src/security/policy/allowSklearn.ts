import type { AllowTable } from './allowTable'

/** scikit-learn: every estimator by the module it is defined in, also of older releases, and what they keep. */
export const ALLOW_SKLEARN: AllowTable = {
  make: {
    'sklearn._loss._loss':
      'CyAbsoluteError CyExponentialLoss CyHalfBinomialLoss CyHalfGammaLoss CyHalfMultinomialLoss CyHalfPoissonLoss CyHalfSquaredError CyHalfTweedieLoss CyHalfTweedieLossIdentity CyHuberLoss CyLossFunction CyPinballLoss __pyx_unpickle_CyHalfMultinomialLoss',
    'sklearn._loss.link':
      'BaseLink HalfLogitLink IdentityLink Interval LogLink LogitLink MultinomialLogit',
    'sklearn.cluster._hdbscan._tree': '__pyx_unpickle_TreeUnionFind',
    'sklearn.cluster._hierarchical_fast':
      'UnionFind WeightedEdge __pyx_unpickle_UnionFind __pyx_unpickle_WeightedEdge',
    'sklearn.ensemble._hist_gradient_boosting.histogram': '__pyx_unpickle_HistogramBuilder',
    'sklearn.ensemble._hist_gradient_boosting.splitting': '__pyx_unpickle_Splitter',
    'sklearn.linear_model._sgd_fast':
      'Classification EpsilonInsensitive Hinge Huber Log LossFunction ModifiedHuber Regression SquaredEpsilonInsensitive SquaredHinge SquaredLoss',
    'sklearn.linear_model.sgd_fast':
      'EpsilonInsensitive Hinge Huber Log ModifiedHuber SquaredHinge SquaredLoss',
    'sklearn.metrics._dist_metrics':
      'BrayCurtisDistance BrayCurtisDistance32 BrayCurtisDistance64 CanberraDistance CanberraDistance32 CanberraDistance64 ChebyshevDistance ChebyshevDistance32 ChebyshevDistance64 DiceDistance DiceDistance32 DiceDistance64 DistanceMetric DistanceMetric32 DistanceMetric64 EuclideanDistance EuclideanDistance32 EuclideanDistance64 HammingDistance HammingDistance32 HammingDistance64 HaversineDistance HaversineDistance32 HaversineDistance64 JaccardDistance JaccardDistance32 JaccardDistance64 KulsinskiDistance32 KulsinskiDistance64 MahalanobisDistance MahalanobisDistance32 MahalanobisDistance64 ManhattanDistance ManhattanDistance32 ManhattanDistance64 MatchingDistance32 MatchingDistance64 MinkowskiDistance MinkowskiDistance32 MinkowskiDistance64 PyFuncDistance32 PyFuncDistance64 RogersTanimotoDistance32 RogersTanimotoDistance64 RussellRaoDistance32 RussellRaoDistance64 SEuclideanDistance SEuclideanDistance32 SEuclideanDistance64 SokalMichenerDistance32 SokalMichenerDistance64 SokalSneathDistance32 SokalSneathDistance64 WMinkowskiDistance __pyx_unpickle_DistanceMetric newObj',
    'sklearn.metrics._pairwise_distances_reduction._base':
      '__pyx_unpickle_BaseDistancesReduction32 __pyx_unpickle_BaseDistancesReduction64',
    'sklearn.metrics._pairwise_distances_reduction._datasets_pair':
      '__pyx_unpickle_DatasetsPair32 __pyx_unpickle_DatasetsPair64 __pyx_unpickle_DenseDenseDatasetsPair32 __pyx_unpickle_DenseDenseDatasetsPair64 __pyx_unpickle_DenseSparseDatasetsPair32 __pyx_unpickle_DenseSparseDatasetsPair64 __pyx_unpickle_SparseDenseDatasetsPair32 __pyx_unpickle_SparseDenseDatasetsPair64 __pyx_unpickle_SparseSparseDatasetsPair32 __pyx_unpickle_SparseSparseDatasetsPair64',
    'sklearn.metrics._pairwise_distances_reduction._middle_term_computer':
      '__pyx_unpickle_DenseDenseMiddleTermComputer32 __pyx_unpickle_DenseDenseMiddleTermComputer64 __pyx_unpickle_MiddleTermComputer32 __pyx_unpickle_MiddleTermComputer64 __pyx_unpickle_SparseDenseMiddleTermComputer32 __pyx_unpickle_SparseDenseMiddleTermComputer64 __pyx_unpickle_SparseSparseMiddleTermComputer32 __pyx_unpickle_SparseSparseMiddleTermComputer64',
    'sklearn.neighbors._ball_tree':
      'BallTree BallTree32 BallTree64 BinaryTree32 BinaryTree64 NeighborsHeap32 NeighborsHeap64 NodeHeap newObj',
    'sklearn.neighbors._dist_metrics':
      'BrayCurtisDistance CanberraDistance ChebyshevDistance DiceDistance EuclideanDistance HammingDistance HaversineDistance JaccardDistance MahalanobisDistance ManhattanDistance MinkowskiDistance SEuclideanDistance WMinkowskiDistance newObj',
    'sklearn.neighbors._kd_tree':
      'BinaryTree32 BinaryTree64 KDTree KDTree32 KDTree64 NeighborsHeap32 NeighborsHeap64 NodeHeap newObj',
    'sklearn.neighbors.ball_tree': 'newObj',
    'sklearn.neighbors.dist_metrics':
      'BrayCurtisDistance CanberraDistance ChebyshevDistance DiceDistance EuclideanDistance HammingDistance HaversineDistance JaccardDistance MahalanobisDistance ManhattanDistance MinkowskiDistance SEuclideanDistance WMinkowskiDistance newObj',
    'sklearn.neighbors.kd_tree': 'newObj',
    'sklearn.tree._criterion':
      'ClassificationCriterion Criterion Entropy Gini MAE MSE Poisson RegressionCriterion __pyx_unpickle_Criterion',
    'sklearn.tree._partitioner': '__pyx_unpickle_DensePartitioner __pyx_unpickle_SparsePartitioner',
    'sklearn.tree._splitter':
      'BestSparseSplitter BestSplitter RandomSparseSplitter RandomSplitter Splitter',
    'sklearn.tree._tree': 'Tree __pyx_unpickle_TreeBuilder __pyx_unpickle__CCPPruneController',
  },
  class: {
    'sklearn._loss.glm_distribution':
      'ExponentialDispersionModel GammaDistribution NormalDistribution PoissonDistribution TweedieDistribution',
    'sklearn._loss.loss':
      'AbsoluteError ArrayAPILossMixin BaseLoss ExponentialLoss HalfBinomialLoss HalfBinomialLossArrayAPI HalfGammaLoss HalfMultinomialLoss HalfMultinomialLossArrayAPI HalfPoissonLoss HalfPoissonLossArrayAPI HalfSquaredError HalfTweedieLoss HalfTweedieLossIdentity HuberLoss PinballLoss',
    'sklearn.base':
      'BaseEstimator BiclusterMixin ClassNamePrefixFeaturesOutMixin ClassifierMixin ClusterMixin DensityMixin MetaEstimatorMixin MultiOutputMixin OneToOneFeatureMixin OutlierMixin RegressorMixin TransformerMixin _UnstableArchMixin',
    'sklearn.calibration':
      'CalibratedClassifierCV CalibrationDisplay _CalibratedClassifier _SigmoidCalibration _TemperatureScaling',
    'sklearn.cluster._affinity_propagation': 'AffinityPropagation',
    'sklearn.cluster._agglomerative': 'AgglomerativeClustering FeatureAgglomeration',
    'sklearn.cluster._bicluster': 'BaseSpectral SpectralBiclustering SpectralCoclustering',
    'sklearn.cluster._birch': 'Birch _CFNode _CFSubcluster',
    'sklearn.cluster._bisect_k_means': 'BisectingKMeans _BisectingTree',
    'sklearn.cluster._dbscan': 'DBSCAN',
    'sklearn.cluster._feature_agglomeration': 'AgglomerationTransform',
    'sklearn.cluster._hdbscan._tree': 'TreeUnionFind',
    'sklearn.cluster._hdbscan.hdbscan': 'HDBSCAN',
    'sklearn.cluster._hierarchical_fast': 'UnionFind WeightedEdge',
    'sklearn.cluster._kmeans': 'KMeans MiniBatchKMeans _BaseKMeans',
    'sklearn.cluster._mean_shift': 'MeanShift',
    'sklearn.cluster._optics': 'OPTICS',
    'sklearn.cluster._spectral': 'SpectralClustering',
    'sklearn.cluster.dbscan_': 'DBSCAN',
    'sklearn.cluster.hierarchical': 'AgglomerativeClustering FeatureAgglomeration',
    'sklearn.cluster.k_means_': 'KMeans MiniBatchKMeans',
    'sklearn.compose._column_transformer': 'ColumnTransformer make_column_selector',
    'sklearn.compose._target': 'TransformedTargetRegressor',
    'sklearn.covariance._elliptic_envelope': 'EllipticEnvelope',
    'sklearn.covariance._empirical_covariance': 'EmpiricalCovariance',
    'sklearn.covariance._graph_lasso': 'BaseGraphicalLasso GraphicalLasso GraphicalLassoCV',
    'sklearn.covariance._robust_covariance': 'MinCovDet',
    'sklearn.covariance._shrunk_covariance': 'LedoitWolf OAS ShrunkCovariance',
    'sklearn.cross_decomposition._pls': 'CCA PLSCanonical PLSRegression PLSSVD _PLS',
    'sklearn.decomposition._base': '_BasePCA',
    'sklearn.decomposition._dict_learning':
      'DictionaryLearning MiniBatchDictionaryLearning SparseCoder _BaseSparseCoding',
    'sklearn.decomposition._factor_analysis': 'FactorAnalysis',
    'sklearn.decomposition._fastica': 'FastICA',
    'sklearn.decomposition._incremental_pca': 'IncrementalPCA',
    'sklearn.decomposition._kernel_pca': 'KernelPCA',
    'sklearn.decomposition._lda': 'LatentDirichletAllocation',
    'sklearn.decomposition._nmf': 'MiniBatchNMF NMF _BaseNMF',
    'sklearn.decomposition._pca': 'PCA',
    'sklearn.decomposition._sparse_pca': 'MiniBatchSparsePCA SparsePCA _BaseSparsePCA',
    'sklearn.decomposition._truncated_svd': 'TruncatedSVD',
    'sklearn.decomposition.fastica_': 'FastICA',
    'sklearn.decomposition.nmf': 'NMF',
    'sklearn.decomposition.online_lda': 'LatentDirichletAllocation',
    'sklearn.decomposition.pca': 'PCA',
    'sklearn.decomposition.truncated_svd': 'TruncatedSVD',
    'sklearn.discriminant_analysis':
      'DiscriminantAnalysisPredictionMixin LinearDiscriminantAnalysis QuadraticDiscriminantAnalysis',
    'sklearn.dummy': 'DummyClassifier DummyRegressor',
    'sklearn.ensemble._bagging': 'BaggingClassifier BaggingRegressor BaseBagging',
    'sklearn.ensemble._base': 'BaseEnsemble _BaseHeterogeneousEnsemble',
    'sklearn.ensemble._forest':
      'BaseForest ExtraTreesClassifier ExtraTreesRegressor ForestClassifier ForestRegressor RandomForestClassifier RandomForestRegressor RandomTreesEmbedding',
    'sklearn.ensemble._gb':
      'BaseGradientBoosting GradientBoostingClassifier GradientBoostingRegressor VerboseReporter',
    'sklearn.ensemble._gb_losses':
      'BinomialDeviance ClassificationLossFunction ExponentialLoss HuberLossFunction LeastAbsoluteError LeastSquaresError LossFunction MultinomialDeviance QuantileLossFunction RegressionLossFunction',
    'sklearn.ensemble._hist_gradient_boosting.binning': '_BinMapper',
    'sklearn.ensemble._hist_gradient_boosting.common': 'MonotonicConstraint',
    'sklearn.ensemble._hist_gradient_boosting.gradient_boosting':
      'BaseHistGradientBoosting HistGradientBoostingClassifier HistGradientBoostingRegressor',
    'sklearn.ensemble._hist_gradient_boosting.grower': 'TreeGrower TreeNode',
    'sklearn.ensemble._hist_gradient_boosting.histogram': 'HistogramBuilder',
    'sklearn.ensemble._hist_gradient_boosting.loss':
      'BinaryCrossEntropy CategoricalCrossEntropy LeastAbsoluteDeviation LeastSquares Poisson',
    'sklearn.ensemble._hist_gradient_boosting.predictor': 'TreePredictor',
    'sklearn.ensemble._hist_gradient_boosting.splitting': 'SplitInfo Splitter',
    'sklearn.ensemble._iforest': 'IsolationForest',
    'sklearn.ensemble._stacking': 'StackingClassifier StackingRegressor _BaseStacking',
    'sklearn.ensemble._voting': 'VotingClassifier VotingRegressor _BaseVoting',
    'sklearn.ensemble._weight_boosting': 'AdaBoostClassifier AdaBoostRegressor BaseWeightBoosting',
    'sklearn.ensemble.bagging': 'BaggingClassifier BaggingRegressor',
    'sklearn.ensemble.forest':
      'ExtraTreesClassifier ExtraTreesRegressor RandomForestClassifier RandomForestRegressor RandomTreesEmbedding',
    'sklearn.ensemble.gradient_boosting':
      'BinomialDeviance GradientBoostingClassifier GradientBoostingRegressor LeastSquaresError LogOddsEstimator MeanEstimator MultinomialDeviance PriorProbabilityEstimator QuantileEstimator ScaledLogOddsEstimator ZeroEstimator',
    'sklearn.ensemble.iforest': 'IsolationForest',
    'sklearn.ensemble.voting': 'VotingClassifier VotingRegressor',
    'sklearn.ensemble.voting_classifier': 'VotingClassifier',
    'sklearn.ensemble.weight_boosting': 'AdaBoostClassifier AdaBoostRegressor',
    'sklearn.feature_extraction._dict_vectorizer': 'DictVectorizer',
    'sklearn.feature_extraction._hash': 'FeatureHasher',
    'sklearn.feature_extraction.image': 'PatchExtractor',
    'sklearn.feature_extraction.text':
      'CountVectorizer HashingVectorizer TfidfTransformer TfidfVectorizer _VectorizerMixin',
    'sklearn.feature_selection._base': 'SelectorMixin',
    'sklearn.feature_selection._from_model': 'SelectFromModel',
    'sklearn.feature_selection._rfe': 'RFE RFECV',
    'sklearn.feature_selection._sequential': 'SequentialFeatureSelector',
    'sklearn.feature_selection._univariate_selection':
      'GenericUnivariateSelect SelectFdr SelectFpr SelectFwe SelectKBest SelectPercentile _BaseFilter',
    'sklearn.feature_selection._variance_threshold': 'VarianceThreshold',
    'sklearn.feature_selection.from_model': 'SelectFromModel',
    'sklearn.feature_selection.rfe': 'RFE RFECV',
    'sklearn.feature_selection.univariate_selection':
      'GenericUnivariateSelect SelectKBest SelectPercentile',
    'sklearn.frozen._frozen': 'FrozenEstimator',
    'sklearn.gaussian_process._gpc':
      'GaussianProcessClassifier _BinaryGaussianProcessClassifierLaplace',
    'sklearn.gaussian_process._gpr': 'GaussianProcessRegressor',
    'sklearn.gaussian_process.kernels':
      'CompoundKernel ConstantKernel DotProduct ExpSineSquared Exponentiation GenericKernelMixin Hyperparameter Kernel KernelOperator Matern NormalizedKernelMixin PairwiseKernel Product RBF RationalQuadratic StationaryKernelMixin Sum WhiteKernel',
    'sklearn.impute': 'SimpleImputer',
    'sklearn.impute._base': 'MissingIndicator SimpleImputer _BaseImputer',
    'sklearn.impute._iterative': 'IterativeImputer _ImputerTriplet',
    'sklearn.impute._knn': 'KNNImputer',
    'sklearn.isotonic': 'IsotonicRegression',
    'sklearn.kernel_approximation':
      'AdditiveChi2Sampler Nystroem PolynomialCountSketch RBFSampler SkewedChi2Sampler',
    'sklearn.kernel_ridge': 'KernelRidge',
    'sklearn.linear_model._base':
      'LinearClassifierMixin LinearModel LinearRegression MultiOutputLinearModel SparseCoefMixin',
    'sklearn.linear_model._bayes': 'ARDRegression BayesianRidge',
    'sklearn.linear_model._coordinate_descent':
      'ElasticNet ElasticNetCV Lasso LassoCV LinearModelCV MultiTaskElasticNet MultiTaskElasticNetCV MultiTaskLasso MultiTaskLassoCV',
    'sklearn.linear_model._glm._newton_solver': 'NewtonCholeskySolver NewtonSolver',
    'sklearn.linear_model._glm.glm':
      'GammaRegressor GeneralizedLinearRegressor PoissonRegressor TweedieRegressor _GeneralizedLinearRegressor',
    'sklearn.linear_model._glm.link': 'IdentityLink LogLink LogitLink',
    'sklearn.linear_model._huber': 'HuberRegressor',
    'sklearn.linear_model._least_angle': 'Lars LarsCV LassoLars LassoLarsCV LassoLarsIC',
    'sklearn.linear_model._linear_loss': 'LinearModelLoss',
    'sklearn.linear_model._logistic':
      'LogisticRegression LogisticRegressionCV _LbfgsCallbackBridge',
    'sklearn.linear_model._omp': 'OrthogonalMatchingPursuit OrthogonalMatchingPursuitCV',
    'sklearn.linear_model._passive_aggressive':
      'PassiveAggressiveClassifier PassiveAggressiveRegressor',
    'sklearn.linear_model._perceptron': 'Perceptron',
    'sklearn.linear_model._quantile': 'QuantileRegressor',
    'sklearn.linear_model._ransac': 'RANSACRegressor',
    'sklearn.linear_model._ridge':
      'Ridge RidgeCV RidgeClassifier RidgeClassifierCV _BaseRidge _BaseRidgeCV _IdentityClassifier _IdentityRegressor _RidgeClassifierMixin _RidgeGCV _XT_CenterStackOp _X_CenterStackOp',
    'sklearn.linear_model._sgd_fast':
      'Classification EpsilonInsensitive Hinge Huber Log LossFunction ModifiedHuber Regression SquaredEpsilonInsensitive SquaredHinge SquaredLoss',
    'sklearn.linear_model._stochastic_gradient':
      'BaseSGD BaseSGDClassifier BaseSGDRegressor SGDClassifier SGDOneClassSVM SGDRegressor _ValidationScoreCallback',
    'sklearn.linear_model._theil_sen': 'TheilSenRegressor',
    'sklearn.linear_model.base': 'LinearRegression',
    'sklearn.linear_model.coordinate_descent':
      'ElasticNet ElasticNetCV Lasso LassoCV MultiTaskElasticNet MultiTaskLasso',
    'sklearn.linear_model.logistic': 'LogisticRegression LogisticRegressionCV',
    'sklearn.linear_model.perceptron': 'Perceptron',
    'sklearn.linear_model.ridge': 'Ridge RidgeCV RidgeClassifier RidgeClassifierCV',
    'sklearn.linear_model.sgd_fast':
      'EpsilonInsensitive Hinge Huber Log ModifiedHuber SquaredHinge SquaredLoss',
    'sklearn.linear_model.stochastic_gradient': 'SGDClassifier SGDRegressor',
    'sklearn.manifold._classical_mds': 'ClassicalMDS',
    'sklearn.manifold._isomap': 'Isomap',
    'sklearn.manifold._locally_linear': 'LocallyLinearEmbedding',
    'sklearn.manifold._mds': 'MDS',
    'sklearn.manifold._spectral_embedding': 'SpectralEmbedding',
    'sklearn.manifold._t_sne': 'TSNE',
    'sklearn.metrics._dist_metrics':
      'BrayCurtisDistance32 BrayCurtisDistance64 CanberraDistance32 CanberraDistance64 ChebyshevDistance32 ChebyshevDistance64 DiceDistance32 DiceDistance64 DistanceMetric DistanceMetric32 DistanceMetric64 EuclideanDistance32 EuclideanDistance64 HammingDistance32 HammingDistance64 HaversineDistance32 HaversineDistance64 JaccardDistance32 JaccardDistance64 KulsinskiDistance32 KulsinskiDistance64 MahalanobisDistance32 MahalanobisDistance64 ManhattanDistance32 ManhattanDistance64 MatchingDistance32 MatchingDistance64 MinkowskiDistance32 MinkowskiDistance64 PyFuncDistance32 PyFuncDistance64 RogersTanimotoDistance32 RogersTanimotoDistance64 RussellRaoDistance32 RussellRaoDistance64 SEuclideanDistance32 SEuclideanDistance64 SokalMichenerDistance32 SokalMichenerDistance64 SokalSneathDistance32 SokalSneathDistance64',
    'sklearn.metrics._pairwise_distances_reduction._argkmin':
      'ArgKmin32 ArgKmin64 EuclideanArgKmin32 EuclideanArgKmin64',
    'sklearn.metrics._pairwise_distances_reduction._argkmin_classmode':
      'ArgKminClassMode32 ArgKminClassMode64',
    'sklearn.metrics._pairwise_distances_reduction._base':
      'BaseDistancesReduction32 BaseDistancesReduction64',
    'sklearn.metrics._pairwise_distances_reduction._datasets_pair':
      'DatasetsPair32 DatasetsPair64 DenseDenseDatasetsPair32 DenseDenseDatasetsPair64 DenseSparseDatasetsPair32 DenseSparseDatasetsPair64 SparseDenseDatasetsPair32 SparseDenseDatasetsPair64 SparseSparseDatasetsPair32 SparseSparseDatasetsPair64',
    'sklearn.metrics._pairwise_distances_reduction._dispatcher':
      'ArgKmin ArgKminClassMode BaseDistancesReductionDispatcher RadiusNeighbors RadiusNeighborsClassMode',
    'sklearn.metrics._pairwise_distances_reduction._middle_term_computer':
      'DenseDenseMiddleTermComputer32 DenseDenseMiddleTermComputer64 MiddleTermComputer32 MiddleTermComputer64 SparseDenseMiddleTermComputer32 SparseDenseMiddleTermComputer64 SparseSparseMiddleTermComputer32 SparseSparseMiddleTermComputer64',
    'sklearn.metrics._pairwise_distances_reduction._radius_neighbors':
      'EuclideanRadiusNeighbors32 EuclideanRadiusNeighbors64 RadiusNeighbors32 RadiusNeighbors64',
    'sklearn.metrics._pairwise_distances_reduction._radius_neighbors_classmode':
      'RadiusNeighborsClassMode32 RadiusNeighborsClassMode64',
    'sklearn.metrics._plot.confusion_matrix': 'ConfusionMatrixDisplay',
    'sklearn.metrics._plot.det_curve': 'DetCurveDisplay',
    'sklearn.metrics._plot.precision_recall_curve': 'PrecisionRecallDisplay',
    'sklearn.metrics._plot.regression': 'PredictionErrorDisplay',
    'sklearn.metrics._plot.roc_curve': 'RocCurveDisplay',
    'sklearn.metrics._scorer':
      '_BaseScorer _CurveScorer _MultimetricScorer _PassthroughScorer _Scorer',
    'sklearn.mixture._base': 'BaseMixture',
    'sklearn.mixture._bayesian_mixture': 'BayesianGaussianMixture',
    'sklearn.mixture._gaussian_mixture': 'GaussianMixture',
    'sklearn.mixture.gaussian_mixture': 'GaussianMixture',
    'sklearn.model_selection._classification_threshold':
      'BaseThresholdClassifier FixedThresholdClassifier TunedThresholdClassifierCV',
    'sklearn.model_selection._plot':
      'LearningCurveDisplay ValidationCurveDisplay _BaseCurveDisplay',
    'sklearn.model_selection._search':
      'BaseSearchCV GridSearchCV ParameterGrid ParameterSampler RandomizedSearchCV',
    'sklearn.model_selection._search_successive_halving':
      'BaseSuccessiveHalving HalvingGridSearchCV HalvingRandomSearchCV _SubsampleMetaSplitter',
    'sklearn.model_selection._split':
      'BaseCrossValidator BaseShuffleSplit GroupKFold GroupShuffleSplit GroupsConsumerMixin KFold LeaveOneGroupOut LeaveOneOut LeavePGroupsOut LeavePOut PredefinedSplit RepeatedKFold RepeatedStratifiedKFold ShuffleSplit StratifiedGroupKFold StratifiedKFold StratifiedShuffleSplit TimeSeriesSplit _BaseKFold _CVIterableWrapper _RepeatedSplits _UnsupportedGroupCVMixin',
    'sklearn.multiclass':
      'OneVsOneClassifier OneVsRestClassifier OutputCodeClassifier _ConstantPredictor',
    'sklearn.multioutput':
      'ClassifierChain MultiOutputClassifier MultiOutputRegressor RegressorChain _BaseChain _MultiOutputEstimator',
    'sklearn.naive_bayes':
      'BernoulliNB CategoricalNB ComplementNB GaussianNB MultinomialNB _BaseDiscreteNB _BaseNB',
    'sklearn.neighbors._ball_tree':
      'BallTree BallTree32 BallTree64 BinaryTree32 BinaryTree64 NeighborsHeap32 NeighborsHeap64 NodeHeap',
    'sklearn.neighbors._base': 'KNeighborsMixin NeighborsBase RadiusNeighborsMixin',
    'sklearn.neighbors._classification': 'KNeighborsClassifier RadiusNeighborsClassifier',
    'sklearn.neighbors._graph': 'KNeighborsTransformer RadiusNeighborsTransformer',
    'sklearn.neighbors._kd_tree':
      'BinaryTree32 BinaryTree64 KDTree KDTree32 KDTree64 NeighborsHeap32 NeighborsHeap64 NodeHeap',
    'sklearn.neighbors._kde': 'KernelDensity',
    'sklearn.neighbors._lof': 'LocalOutlierFactor',
    'sklearn.neighbors._nca': 'NeighborhoodComponentsAnalysis',
    'sklearn.neighbors._nearest_centroid': 'NearestCentroid',
    'sklearn.neighbors._quad_tree': '_QuadTree',
    'sklearn.neighbors._regression': 'KNeighborsRegressor RadiusNeighborsRegressor',
    'sklearn.neighbors._unsupervised': 'NearestNeighbors',
    'sklearn.neighbors.ball_tree': 'BallTree',
    'sklearn.neighbors.classification': 'KNeighborsClassifier RadiusNeighborsClassifier',
    'sklearn.neighbors.kd_tree': 'KDTree',
    'sklearn.neighbors.kde': 'KernelDensity',
    'sklearn.neighbors.lof': 'LocalOutlierFactor',
    'sklearn.neighbors.regression': 'KNeighborsRegressor RadiusNeighborsRegressor',
    'sklearn.neighbors.unsupervised': 'NearestNeighbors',
    'sklearn.neural_network._multilayer_perceptron':
      'BaseMultilayerPerceptron MLPClassifier MLPRegressor',
    'sklearn.neural_network._rbm': 'BernoulliRBM',
    'sklearn.neural_network._stochastic_optimizers': 'AdamOptimizer BaseOptimizer SGDOptimizer',
    'sklearn.neural_network.multilayer_perceptron': 'MLPClassifier MLPRegressor',
    'sklearn.pipeline': 'FeatureUnion Pipeline',
    'sklearn.preprocessing._data':
      'Binarizer KernelCenterer MaxAbsScaler MinMaxScaler Normalizer PowerTransformer QuantileTransformer RobustScaler StandardScaler',
    'sklearn.preprocessing._discretization': 'KBinsDiscretizer',
    'sklearn.preprocessing._encoders': 'OneHotEncoder OrdinalEncoder _BaseEncoder',
    'sklearn.preprocessing._function_transformer': 'FunctionTransformer',
    'sklearn.preprocessing._label': 'LabelBinarizer LabelEncoder MultiLabelBinarizer',
    'sklearn.preprocessing._polynomial': 'PolynomialFeatures SplineTransformer',
    'sklearn.preprocessing._target_encoder': 'TargetEncoder',
    'sklearn.preprocessing.data':
      'Binarizer KernelCenterer MaxAbsScaler MinMaxScaler Normalizer PolynomialFeatures PowerTransformer QuantileTransformer RobustScaler StandardScaler',
    'sklearn.preprocessing.imputation': 'Imputer',
    'sklearn.preprocessing.label': 'LabelBinarizer LabelEncoder MultiLabelBinarizer',
    'sklearn.random_projection':
      'BaseRandomProjection GaussianRandomProjection SparseRandomProjection',
    'sklearn.semi_supervised._label_propagation':
      'BaseLabelPropagation LabelPropagation LabelSpreading',
    'sklearn.semi_supervised._self_training': 'SelfTrainingClassifier',
    'sklearn.svm._base': 'BaseLibSVM BaseSVC',
    'sklearn.svm._classes': 'LinearSVC LinearSVR NuSVC NuSVR OneClassSVM SVC SVR',
    'sklearn.svm.classes': 'LinearSVC LinearSVR NuSVC NuSVR OneClassSVM SVC SVR',
    'sklearn.tree._classes':
      'BaseDecisionTree DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor',
    'sklearn.tree._criterion':
      'ClassificationCriterion Criterion Entropy Gini MAE MSE Poisson RegressionCriterion',
    'sklearn.tree._export': 'Sentinel _BaseTreeExporter _DOTTreeExporter _MPLTreeExporter',
    'sklearn.tree._partitioner': 'DensePartitioner SparsePartitioner',
    'sklearn.tree._reingold_tilford': 'DrawTree Tree',
    'sklearn.tree._splitter':
      'BestSparseSplitter BestSplitter RandomSparseSplitter RandomSplitter Splitter',
    'sklearn.tree._tree':
      'BestFirstTreeBuilder DepthFirstTreeBuilder Tree TreeBuilder _AlphaPruner _CCPPruneController _PathFinder',
    'sklearn.tree._utils': 'PytestWeightedFenwickTree WeightedFenwickTree',
    'sklearn.tree.tree':
      'DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor',
    'sklearn.utils': 'Bunch',
    'sklearn.utils._bunch': 'Bunch',
    'sklearn.utils._metadata_requests':
      'MetadataRequest MetadataRouter MethodMapping MethodMetadataRequest MethodPair RouterMappingPair',
  },
  value: {
    'sklearn.utils.validation': 'check_array',
    'sklearn.cluster._kmeans': '_kmeans_single_elkan _kmeans_single_lloyd k_means kmeans_plusplus',
    'sklearn.covariance._empirical_covariance': 'empirical_covariance log_likelihood',
    'sklearn.covariance._graph_lasso': 'alpha_max graphical_lasso graphical_lasso_path',
    'sklearn.covariance._robust_covariance': 'c_step fast_mcd select_candidates',
    'sklearn.covariance._shrunk_covariance':
      'ledoit_wolf ledoit_wolf_shrinkage oas shrunk_covariance',
    'sklearn.feature_extraction.text': 'strip_accents_ascii strip_accents_unicode strip_tags',
    'sklearn.feature_selection._mutual_info': 'mutual_info_classif mutual_info_regression',
    'sklearn.feature_selection._univariate_selection':
      'chi2 f_classif f_oneway f_regression r_regression',
    'sklearn.linear_model._ridge': 'resolve_solver resolve_solver_for_numpy ridge_regression',
    'sklearn.metrics._classification':
      'accuracy_score balanced_accuracy_score brier_score_loss class_likelihood_ratios classification_report cohen_kappa_score confusion_matrix d2_brier_score d2_log_loss_score f1_score fbeta_score hamming_loss hinge_loss jaccard_score log_loss matthews_corrcoef multilabel_confusion_matrix precision_recall_fscore_support precision_score recall_score zero_one_loss',
    'sklearn.metrics._pairwise_distances_reduction._dispatcher': 'sqeuclidean_row_norms',
    'sklearn.metrics._ranking':
      'auc average_precision_score confusion_matrix_at_thresholds coverage_error dcg_score det_curve label_ranking_average_precision_score label_ranking_loss metric_at_thresholds ndcg_score precision_recall_curve roc_auc_score roc_curve top_k_accuracy_score',
    'sklearn.metrics._regression':
      'd2_absolute_error_score d2_pinball_score d2_tweedie_score explained_variance_score max_error mean_absolute_error mean_absolute_percentage_error mean_gamma_deviance mean_pinball_loss mean_poisson_deviance mean_squared_error mean_squared_log_error mean_tweedie_deviance median_absolute_error r2_score root_mean_squared_error root_mean_squared_log_error',
    'sklearn.metrics._scorer':
      'check_scoring get_scorer get_scorer_names make_scorer negative_likelihood_ratio positive_likelihood_ratio',
    'sklearn.metrics.cluster._bicluster': 'consensus_score',
    'sklearn.metrics.cluster._supervised':
      'adjusted_mutual_info_score adjusted_rand_score check_clusterings completeness_score contingency_matrix entropy fowlkes_mallows_score homogeneity_completeness_v_measure homogeneity_score mutual_info_score normalized_mutual_info_score pair_confusion_matrix rand_score v_measure_score',
    'sklearn.metrics.cluster._unsupervised':
      'calinski_harabasz_score check_number_of_labels davies_bouldin_score silhouette_samples silhouette_score',
    'sklearn.metrics.pairwise':
      'additive_chi2_kernel check_paired_arrays check_pairwise_arrays chi2_kernel cosine_distances cosine_similarity distance_metrics euclidean_distances haversine_distances kernel_metrics laplacian_kernel linear_kernel manhattan_distances nan_euclidean_distances paired_cosine_distances paired_distances paired_euclidean_distances paired_manhattan_distances pairwise_distances pairwise_distances_argmin pairwise_distances_argmin_min pairwise_distances_chunked pairwise_kernels polynomial_kernel rbf_kernel sigmoid_kernel',
    'sklearn.neighbors._base': 'sort_graph_by_row_values',
    'sklearn.preprocessing._data':
      'add_dummy_feature binarize maxabs_scale minmax_scale normalize power_transform quantile_transform robust_scale scale',
    'sklearn.preprocessing._label': 'label_binarize',
  },
}
