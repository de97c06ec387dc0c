"""The rows of the table of actions about which cluster is shown; they work everywhere."""

from console.keys.action import Action, row

CLUSTER_ROWS: tuple[Action, ...] = (
    row(
        "app.clusters",
        "C",
        "app.clusters",
        "Clusters",
        "Show the saved clusters, to try or to open one.",
        palette="clusters",
    ),
    row(
        "app.start-broker",
        "O",
        "app.start_broker",
        "Start broker",
        "Start a broker of this console's own, where the one that it was attached to has stopped.",
        rank=4,
        palette="start-broker",
        of_stopped=True,
    ),
)
