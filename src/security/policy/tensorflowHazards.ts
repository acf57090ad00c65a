const words = (lines: readonly string[]): ReadonlySet<string> =>
  new Set(lines.flatMap((line) => line.split(' ')))

/** Operators that run Python of the process, or write files without being asked to save anything. */
export const SCRIPT_OPERATORS: ReadonlySet<string> = words([
  'PyFunc PyFuncStateless EagerPyFunc WriteFile ReadFile',
])

/** Operators that read or write files, speak to other machines, or register for others what they have. */
export const FILE_OPERATORS: ReadonlySet<string> = words([
  'MatchingFiles WholeFileReader WholeFileReaderV2 TextLineReader TextLineReaderV2 TFRecordReader TFRecordReaderV2',
  'FixedLengthRecordReader FixedLengthRecordReaderV2 LMDBReader IdentityReader IdentityReaderV2 ImmutableConst',
  'TextLineDataset TFRecordDataset TFRecordDatasetV2 FixedLengthRecordDataset FixedLengthRecordDatasetV2 LMDBDataset CSVDataset CSVDatasetV2',
  'ExperimentalLMDBDataset ExperimentalCSVDataset SqlDataset ExperimentalSqlDataset MatchingFilesDataset ExperimentalMatchingFilesDataset',
  'SaveDataset SaveDatasetV2 LoadDataset SnapshotDataset SnapshotDatasetV2 SnapshotDatasetReader SnapshotNestedDatasetReader CacheDataset CacheDatasetV2',
  'DatasetToTFRecord ExperimentalDatasetToTFRecord DataServiceDataset DataServiceDatasetV2 DataServiceDatasetV3 DataServiceDatasetV4',
  'RegisterDataset RegisterDatasetV2 DistributedSave DistributedLoad DatasetFromGraph',
  'RpcClient RpcServer RpcServerStart RpcServerRegister RpcCall RpcCheckStatus RpcGetValue DeleteRpcFutureResource TryRpc Rpc',
  'CreateSummaryFileWriter CreateSummaryDbWriter WriteSummary WriteRawProtoSummary WriteGraphSummary WriteScalarSummary WriteHistogramSummary WriteImageSummary WriteAudioSummary ImportEvent FlushSummaryWriter CloseSummaryWriter SummaryWriter',
  'DebugNumericSummary DebugNumericSummaryV2 DebugIdentity DebugIdentityV2 DebugIdentityV3 DebugNanCount',
  'FileSystemSetConfiguration GcsConfigureBlockCache GcsConfigureCredentials BigQueryReader',
  'LoadAndRemapMatrix GenerateVocabRemapping',
])

/** Operators that print, to wherever an attribute says. */
export const TRACE_OPERATORS: ReadonlySet<string> = words(['PrintV2 Print Assert'])
