"""Parameters of TypeScript notebooks for papermill.

A cell tagged `parameters` declares them with defaults (`let n = 3`); papermill puts a cell behind it that declares them
anew, which handgrad's kernel allows. Once this package is installed beside papermill, `papermill -p n 5` just works.
"""

import json
import math
import re

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

# `let name: type = value; // help`; what lies before the parameters' values is optional.
_DECLARATION = re.compile(
    r"^\s*(?:export\s+)?(?:let|const|var)\s+(?P<name>[\w$]+)\s*(?::\s*(?P<type>[^=]+?))?\s*=\s*"
    r"(?P<value>.*?);?\s*(?://\s*(?P<help>.*))?$"
)


class TypeScriptTranslator(Translator):
    """Python values as TypeScript."""

    @classmethod
    def translate_none(cls, val):
        return "null"

    @classmethod
    def translate_bool(cls, val):
        return "true" if val else "false"

    @classmethod
    def translate_int(cls, val):
        # Beyond 2**53 a number would silently become another one.
        return f"{val}" if abs(val) <= 2**53 - 1 else f"{val}n"

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "NaN"
        if math.isinf(val):
            return "Infinity" if val > 0 else "-Infinity"
        return repr(val)

    @classmethod
    def translate_escaped_str(cls, str_val):
        return json.dumps(str(str_val))

    @classmethod
    def translate_dict(cls, val):
        entries = ", ".join(f"{json.dumps(str(key))}: {cls.translate(value)}" for key, value in val.items())
        return f"{{ {entries} }}" if entries else "{}"

    @classmethod
    def translate_list(cls, val):
        return f"[{', '.join(cls.translate(value) for value in val)}]"

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def assign(cls, name, str_val):
        return f"let {name} = {str_val};"

    @classmethod
    def inspect(cls, parameters_cell):
        """The parameters of the cell with their defaults, for `papermill --help-notebook`."""
        found = []
        for line in parameters_cell["source"].splitlines():
            match = _DECLARATION.match(line)
            if match:
                found.append(
                    Parameter(
                        name=match["name"],
                        inferred_type_name=(match["type"] or "None").strip(),
                        default=match["value"].strip(),
                        help=(match["help"] or "").strip(),
                    )
                )
        return found


class HandgradEngine(NBClientEngine):
    """papermill's usual engine; it exists so that papermill loads this module."""


papermill_translators.register("typescript", TypeScriptTranslator)
