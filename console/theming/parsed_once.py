"""Style sheets that are parsed once in a process for each set of tokens.

Textual keeps what it parsed until the theme changes: it parses all sheets twice while an
application starts, and again for every change of theme, back and forth. What a sheet says depends
on its text, its place and the tokens alone: here all of that is what it is found again by.

The rules are shared, and nobody changes them after they were parsed.
"""

from collections.abc import Mapping
from typing import Final, Self

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation

SHEETS_MAX: Final = 2_000
"""Sheets that are kept, which is enough for a dozen themes; those used longest ago go first."""

_Tokens = frozenset[tuple[str, str]]
_Key = tuple[str, CSSLocation, bool, int, str, _Tokens]

_parsed: Final = LRUCache[_Key, list[RuleSet]](SHEETS_MAX)


class ParsedOnce(Stylesheet):
    """The style sheets of an application, in place of Textual's own."""

    def __init__(self, *, variables: Mapping[str, str]) -> None:
        super().__init__(variables=dict(variables))
        self._tokens: _Tokens = frozenset(variables.items())

    @classmethod
    def in_place_of(cls, sheets: Stylesheet, variables: Mapping[str, str]) -> Self:
        """The sheets that an application has so far, with these tokens."""
        ours = cls(variables=variables)
        for place, (css, is_default, tie_breaker, scope) in sheets.source.items():
            ours.add_source(css, place, is_default, tie_breaker, scope)
        return ours

    def set_variables(self, variables: dict[str, str]) -> None:
        """Resolve the sheets with these tokens when they are parsed again."""
        super().set_variables(variables)
        self._tokens = frozenset(variables.items())

    def reparse(self) -> None:
        """Resolve the sheets anew. Raises StylesheetError; the rules in use stay then."""
        self._invalid_css.clear()
        self.parse()

    def _parse_rules(
        self,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        key = (css, read_from, is_default_rules, tie_breaker, scope, self._tokens)
        rules = _parsed.get(key)
        if rules is None:
            rules = super()._parse_rules(css, read_from, is_default_rules, tie_breaker, scope)
            _parsed.set(key, rules)
        return rules
