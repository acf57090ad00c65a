import { PickleWriter } from '../support/pickleWriter'
import type { CorpusCase } from './case'
import { file } from './case'

/** Functions that pickles were, or could be, made to call: published attacks, and what scanners were found to miss. */
const DANGEROUS = [
  'os.system posix.system nt.system os.popen os.execv os.spawnl os.remove os.putenv subprocess.Popen subprocess.call subprocess.check_output subprocess.run',
  'subprocess.getoutput commands.getoutput builtins.eval builtins.exec builtins.compile builtins.open builtins.__import__ builtins.input builtins.breakpoint',
  '__builtin__.eval __builtin__.execfile __builtin__.file __builtin__.apply __builtin__.reload builtins.globals builtins.delattr builtins.setattr',
  'pip.main pip._internal.main pip._internal.cli.main.main pty.spawn pdb.run pdb.Pdb bdb.Bdb.run code.interact code.InteractiveInterpreter codeop.compile_command',
  'runpy.run_path runpy.run_module runpy._run_code importlib.import_module importlib.reload imp.load_source pkgutil.resolve_name pydoc.locate pydoc.pipepager',
  'marshal.loads pickle.loads _pickle.loads pickle.Unpickler cPickle.loads dill.loads cloudpickle.loads shelve.open jsonpickle.decode',
  'ctypes.CDLL ctypes.cdll.LoadLibrary _ctypes.dlopen cffi.FFI timeit.timeit timeit.main trace.Trace.run cProfile.run cProfile.runctx profile.run doctest.debug_script',
  'idlelib.pyshell.ModifiedInterpreter.runcode idlelib.autocomplete.AutoComplete.fetch_completions idlelib.calltip.get_entity idlelib.run.Executive.runcode',
  'idlelib.debugobj.ObjectTreeItem.SetText lib2to3.pgen2.grammar.Grammar.loads lib2to3.pgen2.pgen.ParserGenerator.make_label _pyrepl.pager.pipe_pager',
  '_osx_support._read_output _osx_support._find_build_tool _aix_support._read_cmd_output uuid._get_command_stdout imaplib.IMAP4_stream test.support.script_helper.assert_python_ok',
  'distutils.spawn.spawn distutils.file_util.write_file setuptools.sandbox.run_setup ensurepip._run_pip venv.create compileall.compile_file py_compile.compile',
  'numpy.testing._private.utils.runstring numpy.f2py.crackfortran.getlincoef numpy.f2py.diagnose.run numpy.distutils.exec_command.exec_command numpy.load numpy.fromfile numpy.memmap numpy.ctypeslib.load_library',
  'torch.load torch.hub.load torch.serialization.load torch.jit.load torch._dynamo.guards.GuardBuilder.get torch._inductor.codecache.compile_file torch.utils.collect_env.run',
  'torch.utils.bottleneck.__main__.run_cprofile torch.utils._config_module.ConfigModule.load_config torch.fx.experimental.symbolic_shapes.ShapeEnv.evaluate_guards_expression',
  'torch.jit.unsupported_tensor_ops.execWrapper torch.utils.data.datapipes.utils.decoder.basichandlers torch.distributed.rpc.rpc_sync torch.jit.annotations.parse_type_line torch.package.PackageImporter',
  'pandas.read_pickle pandas.eval pandas.io.pickle.read_pickle pandas.core.computation.eval.eval scipy.io.loadmat sklearn.datasets.load_files joblib.load numexpr.evaluate',
  'socket.create_connection socket.socket urllib.request.urlopen urllib.urlopen urllib2.urlopen http.client.HTTPSConnection httplib.HTTPConnection ftplib.FTP smtplib.SMTP telnetlib.Telnet requests.get aiohttp.ClientSession',
  'xmlrpc.client.ServerProxy xmlrpc.server.resolve_dotted_attribute webbrowser.open antigravity.webbrowser shutil.rmtree shutil.copyfile tarfile.open zipfile.ZipFile fileinput.input linecache.getline',
  'io.open _io.FileIO io.open_code codecs.open gzip.open bz2.open logging.config.dictConfig logging.FileHandler operator.attrgetter operator.methodcaller _operator.methodcaller functools.reduce itertools.starmap',
  'types.CodeType types.FunctionType types.ModuleType types.MethodType new.function weakref.finalize contextlib.ExitStack asyncio.create_subprocess_shell multiprocessing.Process threading.Thread _thread.start_new_thread thread.start_new_thread',
  'sqlite3.connect mmap.mmap signal.signal atexit.register sys.exit sys.setprofile gc.get_objects inspect.getattr_static site.addsitedir sysconfig._init_posix zipimport.zipimporter',
  'copyreg.add_extension copyreg.pickle dataclasses.make_dataclass typing.get_type_hints collections.namedtuple sympy.utilities.lambdify.lambdify keras.models.load_model keras.utils.get_file transformers.pipeline huggingface_hub.hf_hub_download',
  'yaml.unsafe_load jinja2.Template mako.template.Template numba.jit IPython.get_ipython unittest.mock._importer cgitb.lookup rlcompleter.Completer msvcrt.getch winreg.OpenKey _winapi.CreateProcess psutil.Popen paramiko.SSHClient',
  'picklescan.scanner.scan_url modelscan.cli.cli fickling.fickle.Pickled.load cloudpickle.cloudpickle._make_function dill._dill._create_function dill._dill._create_code',
].flatMap((line) => line.split(' '))

/** Names of which nobody knows what they do. */
const UNKNOWN = [
  'mypackage.models.Net __main__.Model custom_layers.build torchvision.models.resnet.ResNet timm.models.vit.create ultralytics.nn.tasks.DetectionModel',
  'base64.b64decode glob.glob operator.itemgetter tempfile.mktemp platform.node difflib.ndiff numpy.unheard_of sklearn.linear_model.NoSuchModel torch.nn.modules.linear.Foo',
].flatMap((line) => line.split(' '))

function split(path: string): [string, string] {
  // The classes among the gadgets are reached by dotted names below their modules.
  const dotted = /^(.*?)\.([A-Z]\w*(?:\.\w+)*)$/.exec(path)
  if (dotted) return [dotted[1] ?? '', dotted[2] ?? '']
  const at = path.lastIndexOf('.')
  return [path.slice(0, at), path.slice(at + 1)]
}

/** A pickle of protocol 4 that calls a function with `'true'`. */
export function callPickle(module: string, name: string, argument = 'true'): Buffer {
  return new PickleWriter()
    .proto(4)
    .text(module)
    .text(name)
    .ops('\x93')
    .text(argument)
    .ops('\x85R.')
    .bytes()
}

/** The same in protocol 0. */
export function textPickle(module: string, name: string, argument = 'true'): Buffer {
  return new PickleWriter()
    .global(module, name)
    .ops('(')
    .line('S', `'${argument}'`)
    .ops('tR.')
    .bytes()
}

export function gadgetCases(): CorpusCase[] {
  return [
    ...DANGEROUS.map((path, index) => {
      const [module, name] = split(path)
      const isOld =
        /^(?:__builtin__|commands|cPickle|urllib2|httplib|thread|new|urllib\.urlopen)/.test(path)
      const bytes = isOld || index % 3 === 0 ? textPickle(module, name) : callPickle(module, name)
      return file(`gadget ${path}`, 'model.pkl', bytes)
    }),
    ...UNKNOWN.map((path) => {
      const [module, name] = split(path)
      return file(`unknown ${path}`, 'model.pkl', callPickle(module, name), 'suspicious')
    }),
  ]
}
