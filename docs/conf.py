"""The documentation's build: Sphinx with MyST, every warning an error (``make docs``)."""

import importlib.metadata

project = "relationkit"
author = "relationkit contributors"
copyright = "2026, relationkit contributors"  # noqa: A001  Sphinx's own name
release = importlib.metadata.version("relationkit")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.intersphinx",
    "sphinx.ext.viewcode",
]
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "reference/schemas"]

html_theme = "furo"
html_title = "relationkit"
html_copy_source = False

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
autodoc_default_options = {
    "members": True,
    "show-inheritance": True,
    "exclude-members": "model_config, model_fields, model_computed_fields, model_post_init, identifiers",
}
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True

# The inventories of other projects are not fetched: the pages build without a network.
intersphinx_mapping: dict[str, tuple[str, None]] = {}
nitpicky = True
nitpick_ignore_regex = [
    ("py:.*", r"(?!relationkit\.).*"),  # other projects' names
    ("py:.*", r"relationkit\..*Id"),  # the id types are one-liners
    ("py:.*", r"relationkit\..*\._\w+"),  # private bases
    ("py:.*", r"relationkit\..*\.(Row|RowT|RecordT|RecordT_co)"),  # type variables
]
