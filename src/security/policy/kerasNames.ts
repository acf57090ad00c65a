/** Packages whose classes Keras itself vets. */
export const KERAS_ROOTS: ReadonlySet<string> = new Set([
  'keras',
  'keras_core',
  'keras_cv',
  'keras_hub',
  'keras_nlp',
  'tf_keras',
  'tensorflow',
  'tensorflow_addons',
])

/** Layers that load another model, or a pickle, out of the description. */
export const KERAS_LOADERS: ReadonlySet<string> = new Set([
  'TFSMLayer',
  'TorchModuleWrapper',
  'JaxLayer',
  'FlaxLayer',
])

/** Functions of Keras that are no parts of models: they read, write and download files, or load other models. */
export const KERAS_DENIED: ReadonlySet<string> = new Set(
  [
    'get_file load_img save_img array_to_img img_to_array image_dataset_from_directory text_dataset_from_directory',
    'audio_dataset_from_directory timeseries_dataset_from_array load_model save_model load_weights save_weights model_from_json',
    'clone_model enable_unsafe_deserialization disable_unsafe_deserialization deserialize_keras_object set_backend set_floatx',
    'enable_interactive_logging clear_session unpack_x_y_sample_weight custom_object_scope register_keras_serializable legacy_h5_format',
    'load_data get_source_inputs plot_model model_to_dot extract_archive validate_file is_extractable PyDataset OrderedEnqueuer',
    'FileEditor KerasFileEditor deserialize_lambda python_utils func_load func_dump py_function numpy_function raw_function eval exec',
    'system popen open compile __import__ getattr import_module',
  ].flatMap((line) => line.split(' ')),
)
