"""`python -m tests.bench [name …]`: run every benchmark (or those named), print the table, and write it down."""

import importlib
import pkgutil
import sys

from tests.bench import rows
from tests.bench.report import Row, table, write


def main(names: list[str]) -> None:
    """Run the benchmarks; only a run of all of them is written down."""
    known = [module.name for module in pkgutil.iter_modules(rows.__path__)]
    if unknown := set(names) - set(known):
        sys.exit(f"No such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
    measured: list[Row] = []
    for name in names or known:
        print(f"{name} …", file=sys.stderr, flush=True)
        measured += importlib.import_module(f"tests.bench.rows.{name}").measure()
    print(table(measured))
    if not names:
        write(measured)


if __name__ == "__main__":
    main(sys.argv[1:])
