"""Write the list of the plugin interface beside this file: ``python docs/reference/write_plugin_interface.py``.

The signatures are taken from the source, so that the list is the same on every release of Python.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path

from relationkit import plugins
from relationkit.plugins import API_VERSION

PAGE = Path(__file__).with_name("plugin-interface.md")

HEAD = """# The plugin interface {version}

Every public name of `relationkit.plugins` with its signature: what the
[versioning promise](../explanation/versioning.md) is about. A test holds this list against the code, so that nothing
here changes unseen.

```text
"""


def signatures() -> Iterator[str]:
    """Return what each public name looks like from outside, by name."""
    for name in sorted(plugins.__all__, key=str.lower):
        value = getattr(plugins, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            (node,) = ast.parse(textwrap.dedent(inspect.getsource(value))).body
            yield "\n".join(_shape(node))
        else:
            yield f"{name}: {type(value).__name__}"


def _shape(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        result = "" if node.returns is None else f" -> {ast.unparse(node.returns)}"
        yield from (f"@{ast.unparse(each)}" for each in node.decorator_list)
        yield f"def {node.name}({ast.unparse(node.args)}){result}: ..."
    elif isinstance(node, ast.ClassDef):
        yield from (f"@{ast.unparse(each)}" for each in node.decorator_list)
        bases = ", ".join(map(ast.unparse, [*node.bases, *node.keywords]))
        members = [line for each in node.body if _is_public(each) for line in _shape(each)]
        yield f"class {node.name}({bases}):" if bases else f"class {node.name}:"
        yield from (f"    {line}" for line in members or ["..."])
    elif isinstance(node, ast.AnnAssign | ast.Assign):
        yield ast.unparse(node)


def _is_public(node: ast.AST) -> bool:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name == "__init__" or not name.startswith("_")
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return not name.startswith("_")
    return False


def page_text() -> str:
    """Return the page as the file holds it."""
    head = HEAD.format(version=".".join(map(str, API_VERSION)))
    return head + "\n\n".join(signatures()) + "\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page_text(), encoding="utf-8")
