"""The built-in notifiers, a module each, listed in :mod:`relationkit.plugins.builtin` and imported when chosen."""
