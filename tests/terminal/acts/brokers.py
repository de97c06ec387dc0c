"""Acts on single brokers."""

from tests.terminal.acts.act import Act
from tests.terminal.acts.stage import Stage
from tests.terminal.acts.topics import topic

KEY = "max.connections"


def edit(stage: Stage) -> None:
    """A key of one broker is set for it alone, and taken back."""
    node = stage.world.brokers()[-1]
    stage.command("brokers")
    stage.see("─ Brokers")
    stage.command(f"broker {node}")
    stage.see(f"› {node}")
    stage.see("SET BY")
    stage.do("table.filter")
    stage.type(f"/^{KEY}$/")
    stage.press("Enter")
    stage.see(f"▌{KEY}")
    stage.do("broker.edit")
    stage.see(f"{KEY} of broker {node}")
    stage.fill("900")
    stage.see("→ 900")
    stage.do("form.submit")
    stage.see(lambda screen: f"{KEY} of broker" not in screen)
    stage.find("900", lambda: stage.world.broker_config(node, KEY))
    stage.undo("set broker configs", f"broker {node}")
    stage.find(None, lambda: stage.world.broker_config(node, KEY))


BROKER_ACTS: tuple[Act, ...] = (
    Act("edit-broker", ("broker.edit", "form.submit", "app.undo"), topic, edit),
)
