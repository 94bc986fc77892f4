"""The built-in adapters, a module each, listed in :mod:`relationkit.plugins.builtin` and imported when chosen."""
