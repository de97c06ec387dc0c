"""Themes, keys and settings as the configuration says, with everything that is wrong in it.

The look never keeps the console from starting: what is wrong keeps its default and is told.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import platformdirs

from console.bundled import bundled
from console.config_file import console_problems, engine_config_of, unknown_sections
from console.keys.keymap import KeyProblem, load_keymap
from console.profiles import profiles_of
from console.saved_alerts import alerts_of
from console.saved_clusters import OUTSIDE, clusters_of, own_registry
from console.screens.view import Look
from console.secret_references import missing_secrets
from console.settings import Settings, load_settings
from console.theming.loader import load_themes
from engine.config.load import ConfigError, ConfigProblem, Document, did_you_mean


def user_themes_path() -> Path:
    """Where the user's own themes are looked for."""
    return platformdirs.user_config_path("kconsole") / "themes"


def look_of(document: Document, theme: str | None) -> tuple[Settings, Look]:
    """Settings and look as the configuration and the flag say; blocks on the disk.

    What is wrong in the file is told once the console runs. Raises ConfigError for a theme of the
    flag that does not exist.
    """
    settings, _ = load_settings(document.section("console"))
    problems = [str(problem) for problem in console_problems(document)]
    folders = [bundled("themes"), user_themes_path()]
    themes = load_themes(folders)
    problems += [str(refused) for refused in themes.refused]
    if theme is not None:
        if theme not in themes.themes:
            hint = did_you_mean(theme, themes.themes)
            message = f"there is no theme {theme!r}" + hint
            allowed = ", ".join(sorted(themes.themes))
            raise ConfigError([ConfigProblem("--theme", 0, "", message, allowed)])
        settings = replace(settings, theme=theme)
    for field in ("theme", "theme_dark", "theme_light"):
        name = getattr(settings, field)
        if name not in themes.themes:
            problems.append(_no_theme(document, ("console", field), name, themes.themes))
            settings = replace(settings, **{field: getattr(Settings(), field)})
    problems += [
        _no_theme(document, ("clusters", each.name, "theme"), each.theme, themes.themes)
        for each in profiles_of(document, OUTSIDE)[0].values()
        if each.theme and each.theme not in themes.themes
    ]
    keymap, key_problems = load_keymap(settings.key_preset, settings.keys)
    problems += [str(_placed(problem, document)) for problem in key_problems]
    watched = tuple(folder for folder in folders if folder.is_dir())
    return settings, Look(themes.themes, watched, keymap, tuple(problems))


def _no_theme(document: Document, path: tuple[str, ...], name: str, known: Iterable[str]) -> str:
    message = f"there is no theme {name!r}" + did_you_mean(name, known)
    return str(document.problem(path, message, ", ".join(sorted(known))))


def problems_of(document: Document) -> list[str]:
    """Everything that is wrong with a file, whichever part of the program it concerns; blocks."""
    found = [str(problem) for problem in unknown_sections(document)]
    checks = (
        _engine_problems,
        _cluster_problems,
        _registry_problems,
        _alert_problems,
        _look_problems,
    )
    for check in checks:
        try:
            found += check(document)
        except ConfigError as error:
            found += [str(problem) for problem in error.problems]
    return found


def _engine_problems(document: Document) -> Iterable[str]:
    engine_config_of(document, data=None, listen=None)
    return ()


def _cluster_problems(document: Document) -> Iterable[str]:
    return [
        str(document.problem(("clusters", name, *missing.key.split(".")), str(missing)))
        for name, profile in clusters_of(document).items()
        for missing in missing_secrets(profile.secrets)
    ]


def _registry_problems(document: Document) -> Iterable[str]:
    registry, problems = own_registry(document)
    password = None if registry is None else registry.password
    secrets = {} if password is None else {"schema_registry.password": password}
    return [
        *map(str, problems),
        *(
            str(document.problem(("console", *missing.key.split(".")), str(missing)))
            for missing in missing_secrets(secrets)
        ),
    ]


def _alert_problems(document: Document) -> Iterable[str]:
    rules, problems = alerts_of(document)
    hooks = {each.rule.name: each.telling.web_hook for each in rules}
    kept = {name: hook for name, hook in hooks.items() if not isinstance(hook, str)}
    return [
        *map(str, problems),
        *(
            str(document.problem(("alerts", missing.key, "webhook"), str(missing)))
            for missing in missing_secrets(kept)
        ),
    ]


def _look_problems(document: Document) -> Iterable[str]:
    return look_of(document, None)[1].problems


def _placed(problem: KeyProblem, document: Document) -> ConfigProblem:
    """A problem of the keys with its line; an action's id may stand quoted or as a nest."""
    paths = [
        ("console", "keys", problem.action_id),
        ("console", "keys", *problem.action_id.split(".")),
    ]
    line = next((document.lines[path] for path in paths if path in document.lines), 0)
    return ConfigProblem(document.file, line, f"console.keys.{problem.action_id}", problem.reason)
