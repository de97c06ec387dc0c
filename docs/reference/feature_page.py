"""The page of what consoles for Kafka offer, ours and others."""

from console.keys.actions import BY_ID, Scope
from console.keys.key_names import shown_key
from console.views import VIEWS
from docs.reference.markdown_table import table
from tests.architecture import features


def console_features() -> str:
    """What consoles for Kafka offer, and where ours does."""
    others = features.peers()
    lead = f"""# What consoles offer

What consoles for Kafka say that they offer, and where ours does it. Of the others: `yes` where one
of their pages says so, `no` where one says that it does not, each with that page; nothing where the
pages that were read do not say, which does not mean no. They were read in {features.read_on()}.
Of ours, nothing stands here without a test that holds it: they are named in the table that this
page is written from, and a test looks for each.

"""
    kinds = [(f"[{peer.name}]({next(iter(peer.pages.values()))})", peer.kind) for peer in others]
    head = ("", "ours", *(peer.name for peer in others), "of ours")
    return (
        lead
        + table(("console", "runs in a"), [("kconsole", "terminal"), *kinds])
        + "".join(
            f"\n## {section.title}\n\n"
            + table(
                head,
                (
                    (
                        feature.what,
                        ours_of(feature),
                        *(said_by(peer, feature) for peer in others),
                        feature.note,
                    )
                    for feature in section.features
                ),
            )
            for section in features.sections()
        )
    )


def ours_of(feature: features.Feature) -> str:
    """Where a person finds a feature: views, keys, commands."""
    if not feature.is_ours:
        return "no"
    numbers = {view.name: number for number, view in enumerate(VIEWS, 1)}
    keys = [BY_ID[name] for name in feature.actions]
    found = [
        *(f"view `{numbers[name]}` {name}" for name in feature.views),
        *(f"`{shown_key(row.keys[0])}` ({place_of(row.scope)})" for row in keys),
        *(f"`kconsole {name}`" for name in feature.commands),
    ]
    return ", ".join(found)


def place_of(scope: Scope) -> str:
    """Where the keys of a scope work, in words."""
    return "everywhere" if scope is Scope.APP else scope.value


def said_by(peer: features.Peer, feature: features.Feature) -> str:
    """What a page of another console says of a feature."""
    said = feature.peers.get(peer.id)
    if said is None:
        return ""
    word = "no" if said.startswith(features.DENIES) else "yes"
    return f"[{word}]({peer.pages[said.removeprefix(features.DENIES)]})"
