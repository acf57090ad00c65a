/**
 * Names that are known to run code, reach files or the network. The allow-list decides what passes; this list says how
 * bad the rest is. Gathered from published attacks and from the lists of other scanners (picklescan, modelscan, fickling,
 * modelaudit, saferpickle), with additions.
 */

/** Modules of which everything, also in submodules, runs commands, loads code or is a way to either. */
export const DENIED_MODULES: readonly string[] = [
  // Processes, interpreters and the machine.
  'os posix nt subprocess pty popen2 commands sys pdb bdb code codeop runpy timeit trace profile cProfile pstats hotshot',
  'ctypes _ctypes cffi _cffi_backend signal _signal _posixsubprocess multiprocessing _multiprocessing threading _thread',
  '_xxsubinterpreters _interpreters concurrent.interpreters gc resource mmap sched atexit faulthandler tracemalloc cgitb cgi',
  'winreg _winreg _winapi msvcrt msilib crypt spwd pwd grp mailcap webbrowser antigravity this turtle turtledemo idlelib lib2to3',
  'tkinter _tkinter curses readline rlcompleter _pyrepl cmd pyclbr symtable tabnanny pickletools',
  // Loading and making code.
  'importlib imp _imp _frozen_importlib _frozen_importlib_external zipimport pkgutil modulefinder marshal inspect dis ast compiler',
  'site sitecustomize usercustomize sysconfig distutils setuptools pkg_resources pip ensurepip venv virtualenv easy_install',
  'compileall py_compile zipapp pydoc doctest unittest test pytest _pytest nose wsgiref lib2to3',
  'pickle _pickle cPickle pickle5 dill cloudpickle jsonpickle shelve dbm _gdbm _dbm anydbm',
  '_aix_support _osx_support _sysconfigdata _testcapi _testinternalcapi _testimportmultiple xxsubtype',
  // Files.
  'shutil tarfile zipfile fileinput linecache filecmp pipes ntpath posixpath macpath genericpath',
  // The network.
  'socket _socket socketserver ssl _ssl select selectors asyncio _asyncio asyncore asynchat aiohttp requests httpx urllib urllib2 urllib3',
  'http httplib ftplib smtplib smtpd poplib imaplib nntplib telnetlib xmlrpc xmlrpclib syslog sqlite3 _sqlite3',
  'paramiko fabric pexpect docker psutil ray dask distributed celery boto3 botocore google.cloud s3fs fsspec gcsfs adlfs',
  // Other interpreters and compilers.
  'IPython ipykernel jupyter_client numba Cython pyximport numexpr sympy.utilities sympy.parsing mako jinja2 chameleon tornado.template django',
  'yaml ruamel hydra execnet plumbum sh invoke xonsh asteval simpleeval RestrictedPython js2py pyodide',
  // Frameworks' own ways to files, code and other machines.
  'numpy.distutils numpy.f2py numpy.testing numpy.ctypeslib numpy.lib.npyio numpy.lib._npyio_impl numpy.lib._datasource numpy._pytesttester',
  'pandas.io pandas.core.computation pandas.util._test_decorators pandas.testing scipy.io scipy.weave scipy._lib._testutils scipy.datasets',
  'sklearn.externals sklearn.datasets sklearn.utils._testing sklearn.utils._mocking sklearn.tests sklearn.conftest',
  'torch.hub torch._dynamo torch._inductor torch.jit torch.compile torch.distributed.rpc torch.distributed.nn torch.distributed.elastic torch.package torch.cpp_extension',
  'torch.utils.cpp_extension torch.utils.bottleneck torch.utils.collect_env torch.utils._config_module torch.utils.model_zoo torch.utils.file_baton torch.utils.hipify',
  'torch.utils.data.datapipes torch.multiprocessing torch.testing torch.fx torch._lobpcg torch._sources torch._jit_internal torch.onnx torch.utils._cpp_extension_versioner',
  'torch.serialization torch.utils.data._utils.worker torch.ao.ns torch.backends._nnapi torch.utils.benchmark torch.utils.jit torch._ops torch.ops torch.classes',
  'joblib tensorflow.python.lib.io tensorflow.io tensorflow.python.platform.gfile tensorflow.compat tensorflow.python.ops.script_ops tensorflow.python.framework.load_library',
  'huggingface_hub datasets.load transformers.dynamic_module_utils transformers.pipelines transformers.utils.hub diffusers.utils.dynamic_modules_utils gradio streamlit',
  'picklescan modelscan fickling modelaudit saferpickle lightgbm.dask xgboost.dask pandas.compat.pickle_compat pandas._libs.parsers pyarrow.fs pyarrow.hdfs pyarrow.csv pyarrow.feather pyarrow.plasma h5py tables',
  'srsly catalogue spacy.cli nltk.downloader nltk.data nltk.internals bottle flask werkzeug uvicorn gunicorn',
].flatMap((line) => line.split(' '))

/** Modules that packages bring along or wrap, under the same name: `pyspark.cloudpickle`, `gevent.subprocess`, `six.moves.builtins`. */
export const BUNDLED_MODULES: ReadonlySet<string> = new Set(
  'os posix nt subprocess builtins __builtin__ importlib runpy pty ctypes marshal pickle cPickle cloudpickle dill jsonpickle'.split(
    ' ',
  ),
)

/** Names in modules that have harmless ones as well. `*` stands for every name of the module itself that is not listed. */
export const DENIED_NAMES: Readonly<Record<string, string>> = {
  builtins:
    '__import__ __build_class__ apply breakpoint compile delattr dir eval exec execfile exit globals help hasattr input intern locals map filter memoryview open quit raw_input reload setattr super vars file buffer callable classmethod staticmethod property license copyright credits',
  __builtins__: '__import__ compile eval exec input open',
  io: 'FileIO open open_code BufferedReader BufferedWriter BufferedRandom TextIOWrapper OpenWrapper',
  codecs: 'open decode encode EncodedFile register getreader getwriter StreamReaderWriter',
  _codecs: 'decode register lookup',
  functools: 'reduce',
  _functools: 'reduce',
  itertools: 'starmap accumulate takewhile dropwhile filterfalse groupby',
  operator: 'attrgetter methodcaller call setitem delitem',
  types:
    'CodeType FunctionType LambdaType MethodType ModuleType CellType BuiltinFunctionType BuiltinMethodType GeneratorType FrameType new_class coroutine DynamicClassAttribute',
  copyreg:
    'add_extension remove_extension pickle constructor clear_extension_cache _extension_cache',
  copy: '_reconstruct _deepcopy_dispatch',
  weakref: 'finalize WeakMethod',
  contextlib: '*',
  uuid: '_get_command_stdout _find_mac _ifconfig_getnode _ip_getnode _arp_getnode _lanscan_getnode _netstat_getnode _find_mac_near_keyword _find_mac_under_heading _popen',
  logging: 'FileHandler basicConfig shutdown captureWarnings',
  'logging.config': '*',
  'logging.handlers': '*',
  typing: 'get_type_hints _eval_type ForwardRef NamedTuple TypedDict',
  dataclasses: 'make_dataclass _create_fn',
  collections: 'namedtuple',
  bz2: 'open BZ2File',
  lzma: 'open LZMAFile',
  gzip: 'open GzipFile',
  pathlib: 'os io fnmatch',
  'concurrent.futures': '*',
  'concurrent.futures.process': '*',
  'concurrent.futures.thread': '*',
  'xml.sax': 'parse make_parser',
  'xml.etree.ElementTree': 'parse iterparse',
  'xml.dom': '*',
  optparse: '*',
  getpass: '*',
  locale: '*',
  gettext: '*',
  configparser: '*',
  netrc: '*',
  plistlib: '*',
  wave: '*',
  platform: '_syscmd_ver _syscmd_file _popen popen',
  numpy:
    'load save savez savez_compressed savetxt fromfile memmap loadtxt genfromtxt fromregex DataSource run_module_suite test distutils f2py testing os sys show_config get_include show_runtime',
  'numpy.lib': 'load save DataSource npyio',
  'numpy.testing': '*',
  'numpy.testing._private.utils': '*',
  'numpy.lib.format': 'read_array open_memmap',
  'numpy.core.memmap': 'memmap',
  'numpy.core.records': 'fromfile',
  pandas:
    'eval read_pickle to_pickle read_csv read_table read_fwf read_json read_html read_xml read_hdf read_sql read_sql_query read_sql_table read_parquet read_orc read_feather read_excel read_stata read_sas read_spss read_gbq read_clipboard HDFStore ExcelFile ExcelWriter test',
  torch: 'compile load save jit hub import_ir_module set_default_device ops classes from_file',
  'torch._utils': '_import_dotted_name',
  tensorflow: 'py_function numpy_function io load_library load_op_library saved_model keras',
  transformers: 'pipeline AutoModel AutoTokenizer AutoConfig',
  xgboost: 'train cv dask',
  lightgbm: 'train cv dask',
  sympy: 'sympify lambdify parse_expr preview S',
  scipy: 'io weave',
  sklearn: 'show_versions',
  spacy: 'load',
  'spacy.util':
    'load_model load_model_from_name load_model_from_package load_model_from_path load_model_from_init_py load_config load_language_data run_command import_file dot_to_object',
  confection: 'registry',
  'skops.io': 'load loads get_untrusted_types',
}

/** Names that load files wherever a framework defines them; with `from_pretrained` comes a download. */
export const DENIED_ANYWHERE: ReadonlySet<string> = new Set(
  'system popen popen2 popen3 popen4 spawn execl execle execlp execv execve execvp execvpe eval exec execfile check_output check_call __import__ import_module load_module exec_module run_path run_module resolve_name __reduce__ __reduce_ex__ __globals__ __builtins__ __subclasses__ __getattribute__ __code__ __class__ __dict__ __mro__ __bases__ __base__ __self__ __func__ __loader__ __spec__ load_model load_weights from_pretrained load_dataset get_file hf_hub_download snapshot_download load_pickle read_pickle unpickle load_pickled getoutput getstatusoutput BashProcess PythonREPL PythonAstREPLTool run_command exec_command load_library load_op_library urlopen urlretrieve download_url_to_file load_state_dict_from_url'.split(
    ' ',
  ),
)

/** Modules that others have imported, under the names they have there: `shutil.os`, `random._os`. */
export const IMPORTED_MODULES: ReadonlySet<string> = new Set(
  ['os', 'sys', 'subprocess', 'posix', 'nt', 'importlib', 'pickle', 'shutil', 'socket', 'ctypes']
    .concat([
      'builtins',
      'marshal',
      'runpy',
      'pty',
      'commands',
      'io',
      'inspect',
      'imp',
      'pkgutil',
      'code',
    ])
    .flatMap((name) => [name, `_${name}`]),
)

/** Modules of Python that compute only: their functions are not harmful, and not part of a model either. */
export const PURE_MODULES: ReadonlySet<string> = new Set(
  'math cmath statistics string struct hashlib hmac secrets binascii base64 zlib heapq bisect json textwrap unicodedata colorsys calendar keyword numbers operator random difflib copy re datetime time decimal fractions array itertools collections functools enum abc errno reprlib pprint csv html graphlib zoneinfo ipaddress queue contextvars email mimetypes quopri stat fnmatch glob platform tempfile'.split(
    ' ',
  ),
)
