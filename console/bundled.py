"""Where the files are that come with kconsole: the themes and the documented configuration.

A wheel carries them inside the package, a checkout has them at its top. This is the one place that
knows.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled(name: str) -> Path:
    """The path of `themes` or `config.toml` as shipped. Raises FileNotFoundError."""
    for home in (_PACKAGE / "bundled", _PACKAGE.parent):
        if (home / name).exists():
            return home / name
    raise FileNotFoundError(f"{name} is missing from this installation of kconsole")
