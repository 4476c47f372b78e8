"""Runs a notebook with nbclient and writes it; ends with 3 where a cell failed, and prints the error's name and cell."""

import sys

import nbclient
import nbformat

source, target = sys.argv[1:]
notebook = nbformat.read(source, as_version=4)
try:
    nbclient.NotebookClient(notebook, timeout=60).execute()
except nbclient.exceptions.CellExecutionError as error:
    print(f"{error.ename}: {error.evalue}")
    sys.exit(3)
finally:
    nbformat.validate(notebook)
    nbformat.write(notebook, target)
