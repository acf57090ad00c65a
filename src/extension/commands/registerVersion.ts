import type { ModelVersion } from '../../registry/model'
import type { Host } from '../host'
import { chooseModel } from '../input/targets'
import { askForFiles } from '../register/files'
import { registerPaths, registerWithoutArtifact } from '../register/register'
import type { Target } from './contract'

/** **Register New Version…** of a model that is there. */
export async function registerVersion(
  host: Pick<Host, 'registries' | 'view' | 'details'>,
  target?: Target,
): Promise<ModelVersion> {
  const { folder, model } = await chooseModel(host, target, { title: 'Register a New Version' })
  const files = await askForFiles(folder)
  if (files === 'withoutArtifact') return registerWithoutArtifact(host, folder, model.name)
  return registerPaths(host, folder, files, { model: model.name })
}
