import { throwIfCancelled } from '../base/errors'
import { Collector } from './collector'
import { readEnvironment } from './environment'
import type { Harvester, HarvestOptions, HarvestResult } from './harvester'
import { findNotebook } from './notebook'
import { findRun } from './runScope'
import { bentoml } from './sources/bentoml'
import { cardFile } from './sources/cardFile'
import { catboost } from './sources/catboost'
import { classificationReport } from './sources/classificationReport'
import { dvc } from './sources/dvc'
import { dvclive } from './sources/dvclive'
import { generic } from './sources/generic'
import { hydra } from './sources/hydra'
import { kerasLog } from './sources/kerasLog'
import { kitops } from './sources/kitops'
import { checkpointName, lightning } from './sources/lightning'
import { modelFile } from './sources/modelFile'
import { mlmodel } from './sources/mlmodel'
import { mlruns } from './sources/mlruns'
import { peft } from './sources/peft'
import { kubeflow, sagemaker } from './sources/pipelines'
import { spacy } from './sources/spacy'
import { tensorboard } from './sources/tensorboard'
import { trainer } from './sources/trainer'
import { transformersConfig } from './sources/transformersConfig'
import { ultralytics } from './sources/ultralytics'
import { wandb } from './sources/wandb'
import { WorkspaceReader } from './workspaceReader'

/** Every source, in the order of reading: what knows a file best comes first, `generic` takes what no tool took. */
export const HARVESTERS: readonly Harvester[] = [
  mlmodel,
  mlruns,
  modelFile,
  spacy,
  bentoml,
  kitops,
  peft,
  transformersConfig,
  trainer,
  lightning,
  ultralytics,
  kerasLog,
  catboost,
  wandb,
  hydra,
  sagemaker,
  kubeflow,
  tensorboard,
  checkpointName,
  dvc,
  dvclive,
  classificationReport,
  generic,
  cardFile,
]

/**
 * Reads what a training run left next to a model: metrics, parameters, tags, a description, learning curves, and what
 * it knows of its code, data and packages. Nothing is loaded or run, nothing outside the workspace folder is read, and
 * a broken or foreign file is noted under `refused` and never an error.
 * @param path The model's file or folder, inside the workspace folder.
 * @throws AppError `notFound` where the model or the workspace folder is not there, `cancelled` when the signal fires.
 */
export async function harvest(path: string, options: HarvestOptions): Promise<HarvestResult> {
  const { signal } = options
  throwIfCancelled(signal)
  const reader = await WorkspaceReader.open(options.root, signal)
  const run = await findRun(path, reader, options.inspection)
  const collector = new Collector(run, options)
  for (const harvester of HARVESTERS) {
    throwIfCancelled(signal)
    await harvester.harvest(run, collector.sinkOf(harvester))
  }
  for (const [name, version] of await readEnvironment(run.ancestors, reader)) {
    collector.addEnvironment(name, version)
  }
  const notebook = await findNotebook(run)
  return { ...collector.result(reader), ...(notebook ? { notebook } : {}) }
}
