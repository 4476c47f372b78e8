"""Unpacks TensorFlow's C library and the headers of its C interface from a wheel: extract.py WHEEL FOLDER."""

import os
import re
import sys
import zipfile

WANTED = re.compile(
    r"tensorflow/(?:"
    r"(?P<library>libtensorflow_(?:cc|framework)\.so\.2)"
    r"|(?P<header>include/(?:"
    r"tensorflow/c/\w+\.h|tensorflow/c/eager/c_api\.h|tensorflow/core/platform/ctstring\w*\.h"
    r"|tsl/c/tsl_status\.h|tsl/platform/ctstring\w*\.h|xla/tsl/c/tsl_status\.h))"
    r")"
)


def main(wheel: str, folder: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        entries = [(info, WANTED.fullmatch(info.filename)) for info in archive.infolist()]
        entries = [(info, match) for info, match in entries if match]
        total = sum(info.file_size for info, _ in entries)
        done = 0
        for info, match in entries:
            target = os.path.join(folder, match["library"] or match["header"])
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with archive.open(info) as source, open(target, "wb") as sink:
                for chunk in iter(lambda: source.read(1 << 24), b""):
                    sink.write(chunk)
                    done += len(chunk)
                    print(f"{done / 1e6:.0f} of {total / 1e6:.0f} MB", flush=True)


main(*sys.argv[1:])
