import type { AllowTable } from './allowTable'

/** NumPy: arrays, scalars, types and random states; its functions may be kept, not called. */
export const ALLOW_NUMPY: AllowTable = {
  make: {
    numpy:
      'bool bool8 bool_ byte bytes_ cdouble character clongdouble clongfloat complex128 complex256 complex64 complex_ complexfloating csingle datetime64 double dtype flexible float128 float16 float32 float64 float_ floating generic half inexact int16 int32 int64 int8 int_ intc integer intp longdouble longfloat longlong number object_ record short signedinteger single str_ string_ timedelta64 ubyte uint uint16 uint32 uint64 uint8 uintc uintp ulonglong unicode_ unsignedinteger ushort void',
    'numpy._core': '_ufunc_reconstruct',
    'numpy._core._internal': '_convert_to_stringdtype_kwargs',
    'numpy._core.multiarray': '_reconstruct scalar',
    'numpy._core.numeric': '_frombuffer',
    'numpy.core': '_ufunc_reconstruct',
    'numpy.core._internal': '_convert_to_stringdtype_kwargs',
    'numpy.core.multiarray': '_reconstruct scalar',
    'numpy.core.numeric': '_frombuffer',
    'numpy.dtypes': 'StringDType',
    'numpy.ma.core': '_mareconstruct',
    'numpy.random': '__RandomState_ctor',
    'numpy.random._pickle': '__bit_generator_ctor __generator_ctor __randomstate_ctor',
    'numpy.random.bit_generator': '__pyx_unpickle_SeedSequence',
  },
  class: {
    numpy: 'chararray matrix ndarray recarray record',
    'numpy._core.records': 'recarray record',
    'numpy.char': 'chararray',
    'numpy.core.defchararray': 'chararray',
    'numpy.core.records': 'recarray record',
    'numpy.dtypes':
      'BoolDType BytesDType CLongDoubleDType Complex128DType Complex64DType DateTime64DType Float16DType Float32DType Float64DType Int16DType Int32DType Int64DType Int8DType IntDType LongDType LongDoubleDType LongLongDType ObjectDType StrDType TimeDelta64DType UInt16DType UInt32DType UInt64DType UInt8DType UIntDType ULongDType ULongLongDType VoidDType',
    'numpy.ma': 'MaskedArray',
    'numpy.ma.core': 'MaskedArray',
    'numpy.matrixlib.defmatrix': 'matrix',
    'numpy.polynomial.chebyshev': 'Chebyshev',
    'numpy.polynomial.hermite': 'Hermite',
    'numpy.polynomial.hermite_e': 'HermiteE',
    'numpy.polynomial.laguerre': 'Laguerre',
    'numpy.polynomial.legendre': 'Legendre',
    'numpy.polynomial.polynomial': 'Polynomial',
    'numpy.random._generator': 'Generator',
    'numpy.random._mt19937': 'MT19937',
    'numpy.random._pcg64': 'PCG64 PCG64DXSM',
    'numpy.random._philox': 'Philox',
    'numpy.random._sfc64': 'SFC64',
    'numpy.random.bit_generator': 'SeedSequence',
    'numpy.random.mtrand': 'RandomState',
    'numpy.rec': 'recarray record',
  },
  value: {
    numpy:
      'abs absolute add amax amin arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin around array asarray average bitwise_and bitwise_count bitwise_or bitwise_xor cbrt ceil clip concatenate conjugate copysign cos cosh count_nonzero cumprod cumsum deg2rad degrees diff divide divmod equal exp exp2 expm1 fabs flip float_power floor floor_divide fmax fmin fmod frexp gcd greater greater_equal heaviside hstack hypot invert isfinite isinf isnan isnat lcm ldexp left_shift less less_equal log log10 log1p log2 logaddexp logaddexp2 logical_and logical_not logical_or logical_xor matmul matvec max maximum mean median min minimum modf multiply nan_to_num nanmax nanmean nanmedian nanmin nanstd nansum nanvar negative nextafter not_equal ones percentile positive power prod ptp quantile rad2deg radians ravel reciprocal remainder reshape right_shift rint round sign signbit sin sinh sort spacing sqrt square squeeze stack std subtract sum tan tanh trunc unique var vecdot vecmat vstack where zeros',
    'numpy._core._multiarray_umath':
      'absolute add arccos arccosh arcsin arcsinh arctan arctan2 arctanh bitwise_and bitwise_count bitwise_or bitwise_xor cbrt ceil conjugate copysign cos cosh deg2rad degrees divide divmod equal exp exp2 expm1 fabs float_power floor floor_divide fmax fmin fmod frexp gcd greater greater_equal heaviside hypot invert isfinite isinf isnan isnat lcm ldexp left_shift less less_equal log log10 log1p log2 logaddexp logaddexp2 logical_and logical_not logical_or logical_xor matmul matvec maximum minimum modf multiply negative nextafter not_equal positive power rad2deg radians reciprocal remainder right_shift rint sign signbit sin sinh spacing sqrt square subtract tan tanh trunc vecdot vecmat',
    'numpy._core.fromnumeric': 'amax amin max mean min prod std sum var',
    'numpy.core._multiarray_umath':
      'absolute add arccos arccosh arcsin arcsinh arctan arctan2 arctanh bitwise_and bitwise_count bitwise_or bitwise_xor cbrt ceil conjugate copysign cos cosh deg2rad degrees divide divmod equal exp exp2 expm1 fabs float_power floor floor_divide fmax fmin fmod frexp gcd greater greater_equal heaviside hypot invert isfinite isinf isnan isnat lcm ldexp left_shift less less_equal log log10 log1p log2 logaddexp logaddexp2 logical_and logical_not logical_or logical_xor matmul matvec maximum minimum modf multiply negative nextafter not_equal positive power rad2deg radians reciprocal remainder right_shift rint sign signbit sin sinh spacing sqrt square subtract tan tanh trunc vecdot vecmat',
    'numpy.core.fromnumeric': 'amax amin max mean min prod std sum var',
    'numpy.linalg': 'norm',
  },
}
