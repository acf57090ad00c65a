import type { ChartScope } from '../../webview/charts/protocol'

/** What is missing, and how to get it: the sentences of charts that have nothing to draw. */
export function noVersions(scope: ChartScope): string {
  switch (scope.kind) {
    case 'all':
      return 'No version is registered yet. Right-click a model file in the Explorer and choose Register as Model….'
    case 'model':
      return `${scope.model} has no versions any more. Choose other versions above.`
    case 'versions':
      return 'The chosen versions are no longer there. Choose others above.'
  }
}

export function noMetrics(of: string): string {
  return `No version of ${of} has metrics. Metrics are read from files such as metrics.json next to the model when it is registered, given with --metric accuracy=0.94, or added with Edit Metrics… in the menu of a version.`
}

export function noParameters(of: string): string {
  return `No version of ${of} has parameters. Parameters are read from files such as params.yaml or config.json next to the model when it is registered, given with --param lr=0.1, or added with Edit Parameters… in the menu of a version.`
}

export function noCurves(of: string): string {
  return `No version of ${of} has learning curves on this machine. Curves are read from the logs of the training run next to the model, when it is registered: Keras and Lightning CSV logs, trainer_state.json, TensorBoard event files, W&B and others. They stay on the machine where the version was registered.`
}
