"""The colours of the report come from the themes."""

from console.scripting.report_colours import colours


def test_the_light_stands_first_and_the_dark_where_it_is_asked_for() -> None:
    light, _, dark = colours().partition("prefers-color-scheme: dark")
    for half in (light, dark):
        for name in ("ground", "surface", "head", "text", "primary", "ok", "warning", "error"):
            assert f"--{name}: #" in half
    assert light.count("--ground") == dark.count("--ground") == 1
    assert "None" not in colours()
