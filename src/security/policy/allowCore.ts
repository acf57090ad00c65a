import type { AllowTable } from './allowTable'

/** Python's own containers and values, which models of every framework have. */
export const ALLOW_CORE: AllowTable = {
  make: {
    builtins:
      'set frozenset bytearray complex slice range object int float str bytes list tuple dict bool iter reversed enumerate Ellipsis NotImplemented Exception ValueError TypeError KeyError IndexError AttributeError RuntimeError ArithmeticError ZeroDivisionError OverflowError FloatingPointError LookupError NotImplementedError StopIteration Warning UserWarning RuntimeWarning DeprecationWarning FutureWarning',
    collections: 'OrderedDict defaultdict Counter deque UserDict UserList UserString ChainMap',
    copyreg: '_reconstructor __newobj__ __newobj_ex__',
    _codecs: 'encode',
    datetime: 'datetime date time timedelta timezone',
    time: 'struct_time',
    decimal: 'Decimal',
    fractions: 'Fraction',
    pathlib: 'Path PurePath PosixPath WindowsPath PurePosixPath PureWindowsPath',
    'pathlib._local': 'Path PurePath PosixPath WindowsPath PurePosixPath PureWindowsPath',
    argparse: 'Namespace',
    types: 'SimpleNamespace NoneType EllipsisType NotImplementedType',
    re: '_compile',
    uuid: 'UUID SafeUUID',
    io: 'BytesIO StringIO',
    array: 'array _array_reconstructor',
    itertools: 'count repeat chain cycle islice zip_longest',
    random: 'Random',
    zoneinfo: 'ZoneInfo',
    'dill._dill': '_create_array',
    ipaddress: 'IPv4Address IPv6Address IPv4Network IPv6Network',
  },
  class: {},
  value: {
    builtins: 'len sum abs min max round sorted any all divmod pow',
    math: 'acos acosh asin asinh atan atan2 atanh ceil cos cosh degrees erf erfc exp expm1 fabs floor gamma hypot isfinite isinf isnan lgamma log log10 log1p log2 pow radians sin sinh sqrt tan tanh trunc',
  },
}
