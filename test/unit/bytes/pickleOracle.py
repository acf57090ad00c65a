"""Loads pickles with CPython's own unpicklers, resolving every global to a harmless stand-in.

Reads a JSON list of base64 texts from standard input; writes for each the globals that the C unpickler asked for, and
those that the Python unpickler asked for after mapping the names of Python 2, in order, and whether loading raised.
Standard library only.
"""

import _compat_pickle
import base64
import io
import json
import pickle
import resource
import sys

# A pickle may ask for a memo of 4 billion places.
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))


class StandIn:
    def __new__(cls, *args, **kwargs):
        return object.__new__(cls)

    def __init__(self, *args, **kwargs):
        pass

    def __call__(self, *args, **kwargs):
        return StandIn()

    def __setstate__(self, state):
        pass

    def append(self, item):
        pass

    def extend(self, items):
        pass

    def add(self, item):
        pass

    def __setitem__(self, key, value):
        pass


def stand_in(name):
    return type('Recorded', (StandIn,), {})


class CUnpickler(pickle.Unpickler):
    def __init__(self, data):
        super().__init__(io.BytesIO(data), buffers=[])
        self.asked = []

    def find_class(self, module, name):
        self.asked.append([module, name])
        return stand_in(name)

    def persistent_load(self, pid):
        return StandIn()


class PythonUnpickler(pickle._Unpickler):
    def __init__(self, data):
        super().__init__(io.BytesIO(data), buffers=[])
        self.asked = []
        self.mapped = []

    def find_class(self, module, name):
        self.asked.append([module, name])
        if self.proto < 3:
            if (module, name) in _compat_pickle.NAME_MAPPING:
                module, name = _compat_pickle.NAME_MAPPING[(module, name)]
            elif module in _compat_pickle.IMPORT_MAPPING:
                module = _compat_pickle.IMPORT_MAPPING[module]
        self.mapped.append([module, name])
        return stand_in(name)

    def persistent_load(self, pid):
        return StandIn()


def load(unpickler):
    try:
        unpickler.load()
        error = None
    except BaseException as problem:
        error = f'{type(problem).__name__}: {problem}'
    return error


results = []
for text in json.load(sys.stdin):
    data = base64.b64decode(text)
    c = CUnpickler(data)
    error = load(c)
    python = PythonUnpickler(data)
    load(python)
    # The two differ where a frame is crossed; what the Python one maps then is another pickle's.
    same = python.asked[: len(c.asked)] == c.asked[: len(python.asked)]
    results.append({'raw': c.asked, 'mapped': python.mapped[: len(c.asked)] if same else [], 'error': error})
json.dump(results, sys.stdout)
