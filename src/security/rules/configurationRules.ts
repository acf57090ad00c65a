import { REMEDY } from './remedies'
import { critical, high, medium, unfinished } from './rule'

/** JSON, YAML and templates beside a model, which name what its loaders import and render. */
export const CONFIGURATION_RULES = {
  'json/duplicate-keys': high(
    'A key of the description is there twice',
    'Loaders differ in which value they take, and scanners see only one.',
    REMEDY.refuse,
  ),
  'json/damaged': unfinished(
    'The description is damaged',
    'Not all of it could be read.',
    REMEDY.again,
  ),
  'template/code': critical(
    'The chat template breaks out of its sandbox',
    'Loaders render this template; such expressions reach Python functions and run commands.',
    REMEDY.refuse,
    [
      'https://nvd.nist.gov/vuln/detail/CVE-2024-34359',
      'https://nvd.nist.gov/vuln/detail/CVE-2026-5760',
    ],
  ),
  'template/include': high(
    'The chat template includes other templates',
    'A template of a model has no files to include; loaders that allow it read files of the machine.',
    REMEDY.refuse,
  ),
  'template/damaged': unfinished(
    'The chat template can not be read',
    'It is not closed, or too large.',
    REMEDY.again,
  ),
  'config/target': critical(
    'The configuration names a function that runs code',
    'Hydra imports what _target_ names and calls it with the arguments beside it.',
    REMEDY.refuse,
    ['https://nvd.nist.gov/vuln/detail/CVE-2025-23304'],
  ),
  'config/unknown-target': medium(
    'The configuration names a class that is not vetted',
    'Hydra imports and calls it.',
    REMEDY.vet,
  ),
  'config/yaml-object': critical(
    'The YAML makes Python objects',
    'Tags such as !!python/object/apply run code in loaders that are not told to be safe.',
    REMEDY.refuse,
  ),
  'config/damaged': unfinished(
    'The configuration can not be read',
    'Not all of it could be read.',
    REMEDY.again,
  ),
  'mlflow/loader': medium(
    'The model is loaded by code that is not vetted',
    'MLflow imports the module that is named and calls it.',
    REMEDY.vet,
  ),
  'mlflow/dangerous-loader': critical(
    'The model is loaded by a module that runs code',
    'MLflow imports the module that is named and calls it.',
    REMEDY.refuse,
  ),
  'mlflow/code': medium(
    'The model brings Python code',
    'MLflow puts it on the path and imports it.',
    'Read the code before you load the model.',
  ),
  'mlflow/path': high(
    'The description names a file outside of the model',
    'MLflow opens the named file, and unpickles some of them.',
    REMEDY.paths,
  ),
  'huggingface/remote-code': medium(
    'The model asks for its own Python code',
    'With trust_remote_code, Transformers and Diffusers import the files that are named.',
    'Read the code before you allow it.',
  ),
  'huggingface/dangerous-code': critical(
    'The configuration names code that runs commands',
    'Loaders import what is named here.',
    REMEDY.refuse,
  ),
  'shards/path': high(
    'The index names a file outside of the folder',
    'Loaders open the named file.',
    REMEDY.paths,
  ),
} as const
