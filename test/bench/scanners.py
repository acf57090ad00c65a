"""Runs other scanners over paths (a JSON list on standard input) and prints their verdicts as JSON.

Each gives `dangerous`, `suspicious` or `clean` for a path; `none` where it does not know the format. Nothing is loaded.
"""

import json
import logging
import os
import sys
import warnings

logging.disable(logging.CRITICAL)
warnings.filterwarnings('ignore')


def files(path):
    if os.path.isfile(path):
        return [path]
    return [os.path.join(base, name) for base, _, names in os.walk(path) for name in names]


def run_picklescan(path):
    from picklescan.scanner import SafetyLevel, scan_directory_path, scan_file_path

    result = scan_file_path(path) if os.path.isfile(path) else scan_directory_path(path)
    if result.infected_files or result.issues_count:
        return 'dangerous'
    if result.scan_err or any(item.safety == SafetyLevel.Suspicious for item in result.globals):
        return 'suspicious'
    return 'clean' if result.scanned_files else 'none'


def run_modelscan(path):
    from modelscan.modelscan import ModelScan

    results = ModelScan().scan(path)
    if results['issues']:
        return 'dangerous'
    if results['errors']:
        return 'suspicious'
    return 'clean' if results['summary']['scanned']['total_scanned'] else 'none'


def run_fickling(path):
    from fickling.analysis import Severity, check_safety
    from fickling.fickle import Pickled, StackedPickle

    worst = 'none'
    for name in files(path):
        try:
            with open(name, 'rb') as file:
                pickles = StackedPickle.load(file)
            for pickled in pickles:
                severity = check_safety(pickled).severity
                verdict = (
                    'clean'
                    if severity == Severity.LIKELY_SAFE
                    else 'dangerous'
                    if severity.severity >= Severity.LIKELY_UNSAFE.severity
                    else 'suspicious'
                )
                worst = max(worst, verdict, key=['none', 'clean', 'suspicious', 'dangerous'].index)
        except Exception:
            if name.endswith(('.pkl', '.pickle', '.pt', '.pth', '.bin', '.joblib')):
                worst = max(worst, 'suspicious', key=['none', 'clean', 'suspicious', 'dangerous'].index)
    return worst


def main():
    paths = json.load(sys.stdin)
    scanners = {'picklescan': run_picklescan, 'modelscan': run_modelscan, 'fickling': run_fickling}
    results = {}
    out, sys.stdout = sys.stdout, sys.stderr
    for name, run in scanners.items():
        verdicts = []
        try:
            __import__(name)
        except ImportError:
            continue
        for path in paths:
            try:
                verdicts.append(run(path))
            except Exception:
                verdicts.append('suspicious')
        results[name] = verdicts
    json.dump(results, out)


if __name__ == '__main__':
    main()
