/** State keys that change what an object is, or what runs when it is used. */
const BEHAVIOUR: ReadonlySet<string> = new Set(
  '__class__ __dict__ __reduce__ __reduce_ex__ __setstate__ __getstate__ __getattr__ __getattribute__ __setattr__ __delattr__ __call__ __new__ __init__ __init_subclass__ __del__ __builtins__ __globals__ __code__ __closure__ __defaults__ __import__ __bases__ __base__ __mro__ __subclasses__ __subclasshook__ __wrapped__ __enter__ __exit__ __get__ __set__ __prepare__ __instancecheck__ __subclasscheck__ __class_getitem__ __set_name__ __loader__ __spec__ __path__ __torch_function__ __torch_dispatch__ __array__ __array_ufunc__ __array_function__ __iter__ __next__ __hash__ __eq__ __str__ __repr__ __len__ __bool__ __index__ __getitem__ __setitem__ __missing__ __format__ __fspath__ __copy__ __deepcopy__'.split(
    ' ',
  ),
)

/** A name with two underscores around it: through one of these any object leads to the interpreter. */
export function isDunder(attribute: string): boolean {
  return /^__.*__$/.test(attribute)
}

export function changesBehaviour(key: string): boolean {
  return BEHAVIOUR.has(key)
}

/** A class by the custom of its name. */
export function isClassName(name: string): boolean {
  return /^_*[A-Z]/.test(name)
}

export function isIdentifier(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text)
}
