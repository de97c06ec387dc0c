"""What each proof claims, and which figures of its result say how far it went."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """What a proof is about, and which figures of its result say how far it went."""

    title: str
    promise: str
    figures: Mapping[str, str]
    """By the words that the page has for it, the key of the result."""


NOTHING_LOST = {"acknowledged records that were lost": "lost", "faults": "faults"}

LEFT_BEHIND = {
    "memory of its own before, bytes": "memory_bytes_before",
    "after they had gone, bytes": "memory_bytes_after",
    "descriptors before": "descriptors_before",
    "descriptors after they had gone": "descriptors_after",
}
INNOCENT = {
    "an innocent client wrote and read back, without them": "innocent_acts_calm",
    "of which half took at most, ms": "innocent_ms_p50_calm",
    "99 of 100, ms": "innocent_ms_p99_calm",
    "the slowest, ms": "innocent_ms_max_calm",
    "with them": "innocent_acts_pressed",
    "of these half, ms": "innocent_ms_p50_pressed",
    "of these 99 of 100, ms": "innocent_ms_p99_pressed",
    "of these the slowest, ms": "innocent_ms_max_pressed",
}
"""How long it waited is told and not judged: it says as much of the machine."""

CLAIMS: Mapping[str, Claim] = {
    "kill-loop": Claim(
        "A broker that dies",
        "Nothing acknowledged is lost, moved, changed or doubled, no group goes back behind a "
        "commit, and no topic is forgotten or back again, however the process ends under load.",
        {
            "deaths": "rounds",
            "by way": "rounds_by_way",
            "records acknowledged": "acknowledged",
            "records read back by another client": "read",
            **NOTHING_LOST,
            "longest from a death until every producer was acknowledged anew, s": (
                "slowest_to_ack_s"
            ),
        },
    ),
    "mutation": Claim(
        "The verifier itself",
        "It catches every bug that is planted into a broker whose power is cut, and finds nothing "
        "in a broker without one.",
        {
            "planted bugs": "text",
            "missed": "missed",
            "power cuts of each broker": "cuts",
            "records acknowledged without a bug": "acknowledged_without_a_bug",
            "faults without a bug": "faults_without_a_bug",
        },
    ),
    "power-cut": Claim(
        "Power that fails",
        "On whatever disk a power cut may leave (what was not synced lost or reordered, sectors "
        "torn, names missing) a broker starts, and everything that had been promised is there.",
        {
            "disks": "images",
            "lives of a broker": "lives",
            "operations of its disk that were recorded": "operations_recorded",
            "syncs, each of them a moment of a cut": "sync_points",
            "acknowledged records looked for": "acknowledged_checked",
            **NOTHING_LOST,
        },
    ),
    "simulation": Claim(
        "Everything at once",
        "The whole engine on a simulated clock, disk and network, with threads that take turns. "
        "Whatever happens in whatever order: nothing acknowledged is lost, moved or doubled, "
        "nothing is removed before its time, no group goes back, and one seed shows it again.",
        {
            "seeds": "seeds",
            "simulated hours asked for": "hours_asked",
            "simulated hours lived": "simulated_hours",
            "faults that came": "faults_played",
            "by kind": "by_kind",
            "faults that were prepared and did not come": "faults_not_come",
            "lives of a process": "lives_of_a_process",
            "what clients did": "events",
            "operations of the disk": "disk_operations",
            "turns of threads": "turns_of_threads",
            "records acknowledged": "acknowledged",
            "records read back and judged": "records_read",
            **NOTHING_LOST,
            "seeds that found a fault": "failing_seeds",
            "seconds of processor": "cpu_seconds",
        },
    ),
    "failing-io": Claim(
        "A disk that fails",
        "Whichever operation fails, by whichever error, once or for ever: what was acknowledged is "
        "there afterwards, after a death and after a power cut.",
        {
            "operations of a broker's life": "operations",
            "of which every n-th failed, n": "every",
            "failures tried": "failures_tried",
            "by kind": "by_kind",
            "acknowledged records looked for": "acknowledged_checked",
            **NOTHING_LOST,
        },
    ),
    "damage": Claim(
        "A disk that changes what it holds",
        "Damage costs the batch that it hits and no other, is told, and no byte is served that was "
        "not written. Damage of what is derived costs nothing.",
        {"damages": "damages", "of which flipped bits": "flips", "faults": "faults"},
    ),
    "soak": Claim(
        "A broker that is left alone",
        "Under half of the load that it can take, with topics, groups and members coming and "
        "going, nothing is lost and neither memory nor descriptors grow.",
        {
            "minutes": "minutes",
            "records a second": "rate",
            "records acknowledged": "acknowledged",
            "records read by groups": "read_by_groups",
            "removed by retention": "removed_by_retention",
            "of these before a group came to them": "overtaken_by_retention",
            "removed by compaction": "removed_by_compaction",
            **NOTHING_LOST,
            "neither grows by more than chance": "is_steady",
            "memory at first, bytes": "memory_first_bytes",
            "memory at last, bytes": "memory_last_bytes",
            "growth by the minute, bytes": "memory_bytes_per_minute",
            "its standard error, bytes": "memory_bytes_per_minute_error",
            "descriptors at first": "descriptors_first",
            "descriptors at last": "descriptors_last",
        },
    ),
    "full-disk": Claim(
        "A full disk",
        "While there is no room producers are told to try again and everything can be read; above "
        "the reserve groups commit and topics are made. A broker that dies, twice even, or is "
        "stopped starts on the full disk. When there is room again it goes on by itself within "
        "five seconds.",
        {
            "times that the disk was full": "rounds",
            "by way": "rounds_by_way",
            "disk": "disk",
            "records acknowledged": "acknowledged",
            **NOTHING_LOST,
            "longest until every producer was acknowledged again, s": "slowest_to_resume_s",
        },
    ),
    "few-descriptors": Claim(
        "Too few file descriptors",
        "Neither more partitions than can be open nor a crowd of clients costs data, keeps a "
        "client that is there from being served, or keeps the broker busy.",
        {
            "times that they ran out": "rounds",
            "by way": "rounds_by_way",
            "descriptors of the process": "descriptors",
            "partitions": "partitions",
            "clients of a crowd that were refused, most": "refused_of_a_crowd_max",
            "share of a core with a crowd at the door, most": "cpu_share_of_a_core_max",
            "records acknowledged": "acknowledged",
            **NOTHING_LOST,
        },
    ),
    "slow-disk": Claim(
        "A slow disk",
        "Who waits for a sync waits, and nobody else does: metadata is answered, members stay in "
        "their groups, memory stays within its bound.",
        {
            "seconds under load": "load_seconds",
            "what each sync took, ms": "sync_ms",
            "records acknowledged": "acknowledged",
            **NOTHING_LOST,
            "answers about metadata": "answers",
            "of which half took at most, ms": "answer_ms_p50",
            "99 of 100 took at most, ms": "answer_ms_p99",
            "most memory, bytes": "memory_bytes_max",
        },
    ),
    "wrong-clock": Claim(
        "A wrong clock",
        "However far the date jumps, and whether the broker starts with it or lives through it: no "
        "record, commit or topic goes for it, members stay, and who is dead is gone in time.",
        {
            "times that it was wrong": "rounds",
            "by way": "rounds_by_way",
            "records acknowledged": "acknowledged",
            **NOTHING_LOST,
        },
    ),
    "bad-network": Claim(
        "A bad network",
        "Whatever a network does to connections, nothing that was acknowledged is lost and nothing "
        "of an idempotent producer stands there twice; connections whose client is gone are let "
        "go.",
        {
            "times that it was bad": "rounds",
            "by way": "rounds_by_way",
            "connections that were reset": "connections_reset",
            "connections of which the broker kept one half": "connections_left_half_open",
            "longest until it let go of all halves, s": "slowest_to_let_go_s",
            "records acknowledged": "acknowledged",
            **NOTHING_LOST,
            "longest until every producer was acknowledged anew, s": "slowest_to_ack_s",
        },
    ),
    "overload": Claim(
        "More than it can take",
        "Four times as many bytes of requests at once as it may keep, and hundreds of clients that "
        "do not read what they asked for: reading pauses and nobody is cut off, memory stays "
        "within its bound and is given back, and an innocent client is answered throughout.",
        {
            "seconds under the crowd": "pressed_seconds",
            "connections, by what they do": "guests_that_came",
            "of which the broker closed": "guests_that_were_closed",
            "bytes of requests that may be in memory": "budget_bytes",
            "offered at once, bytes": "offered_at_once_bytes",
            "bytes that they sent in all": "offered_bytes",
            "file system of the data": "data_on",
            "what a sync takes longer, ms": "sync_ms",
            "most that was resident, bytes": "resident_bytes_max",
            "of which were allowed": "resident_bytes_allowed",
            **LEFT_BEHIND,
            "records acknowledged": "acknowledged",
            **NOTHING_LOST,
            **INNOCENT,
        },
    ),
    "slow-loris": Claim(
        "Clients that take for ever",
        "Who sends a byte a second of a header or of a body, or reads no answer, is closed by a "
        "deadline, and what is no request at once; until then they cost little, and an innocent "
        "client is answered throughout.",
        {
            "connections at a time": "connections",
            "seconds with them": "pressed_seconds",
            "that came, by what they do": "guests_that_came",
            "of which the broker closed": "guests_that_were_closed",
            "the longest that one was there, s": "longest_s",
            "wrong frames, each of which was closed": "wrong_frames_closed",
            "most that was resident, bytes": "resident_bytes_max",
            "of which were allowed": "resident_bytes_allowed",
            **LEFT_BEHIND,
            "records acknowledged": "acknowledged",
            **NOTHING_LOST,
            **INNOCENT,
        },
    ),
    "groups": Claim(
        "Lives of groups",
        "Whatever befalls a group of either protocol, its members or its coordinator: no partition "
        "is given to a member before its former owner gave it up or was fenced, no member that "
        "keeps its heartbeats is fenced, no acknowledged position is lost, no stale generation is "
        "accepted, and when it is quiet everything that is read is owned once. The coordinators "
        "are the broker's own, on simulated time; every fourth one stands over a log on a disk "
        "whose power is cut.",
        {
            "lives": "histories",
            "events, drawn by chance": "events_played",
            "of which befell a group, and were answered if they ask for it": "events",
            "by kind": "events_by_kind",
            "steps of members, all checked after each": "steps_of_members",
            "groups that changed to the newer protocol": "upgrades",
            "and back": "downgrades",
            "deaths of the coordinator": "deaths",
            "journals read again": "journals_read_again",
            "positions acknowledged": "commits_acknowledged",
            "commits refused for whose they were": "commits_refused",
            "planted bugs": "text",
            "missed": "missed",
            "faults": "faults",
        },
    ),
    "fuzz": Claim(
        "Bytes that no honest client sends",
        "Nothing but the named refusal leaves a decoder, whatever it is fed. On the frames that "
        "are watched its steps are bounded by what the bytes justify, on those that are measured "
        "its memory is, and the messages accepted among them are written and read again the same. "
        "No exception leaves a connection, and an innocent client beside it notices nothing.",
        {
            "frames decoded": "frames",
            "by what they are for": "frames_by_area",
            "a second of a processor": "frames_a_second_of_a_cpu",
            "accepted": "accepted",
            "watched line by line": "watched",
            "of which memory was measured": "measured",
            "messages watched, accepted, written and read again the same": "written_again",
            "kept because they reached new lines": "corpus_grown_by",
            "requests of real clients to begin with": "recorded_frames",
            "lines of the decoders of messages reached": "lines_of_decoders",
            "lines of other decoders reached": "lines_of_parsers",
            "lines that ran for a byte, most": "steps_per_byte_max",
            "frames to a running broker": "connection_frames",
            "connections that it ended, or kept waiting": "connections_closed",
            "requests of the innocent client": "innocent_requests",
            "planted bugs, each of which shows before it is looked for": "text",
            "frames watched in the same way without a bug": "frames_without_a_bug",
            "missed": "missed",
            "faults": "faults",
        },
    ),
    "idle-connections": Claim(
        "Connections that nobody uses",
        "Thousands of them cost little memory and next to no processor, and nobody else.",
        {
            "connections": "connections",
            "memory of the broker for each, bytes": "bytes_each",
            "share of a core for all": "cpu_share_of_a_core",
            "records acknowledged beside them": "acknowledged",
            **NOTHING_LOST,
        },
    ),
}


BESIDE = "beside"
"""The run that puts a real Kafka through the same troubles."""

_KEPT = {
    "records acknowledged": "acknowledged",
    "of which were lost": "lost",
    "faults that the verifier found": "faults",
}
_FLIPPED = {
    "times that wrong bytes were served": "served_wrong_bytes",
    "records that could not be read, in all": "records_unreadable",
    "of which in batches that were not hit": "of_other_batches",
    "logs cut before what had been acknowledged": "logs_cut",
}
BESIDE_FIGURES: Mapping[str, Mapping[str, str]] = {
    "killed": {
        "deaths by `kill -9` under load": "times",
        **_KEPT,
        "longest until it served again, s": "slowest_to_ack_s",
    },
    "disk full": {
        "times that a disk of 64 MB was full under load": "times",
        "what a producer that does not try again is told": "told_to_producers",
        "times that an acknowledged record was read meanwhile": "readable_meanwhile",
        "times that the process ended by itself": "ended_by_itself",
        "times that it went on by itself when there was room": "went_on_by_itself",
        **_KEPT,
    },
    "bit flipped after a stop": {
        "bits flipped in a log of 600 records, after a stop in order": "times",
        **_FLIPPED,
    },
    "bit flipped after a death": {
        "the same after a death": "times",
        **_FLIPPED,
    },
    "torn tail": {
        "writes cut short behind such a log, after a death": "times",
        "acknowledged records that could not be read, in all": "lost",
        "times that wrong bytes were served": "served_wrong_bytes",
        "logs that ended behind what had been acknowledged": "logs_too_long",
        "times that the next record was taken at the end, and read": "went_on",
    },
}
"""By trouble, and by the words that the page has for it, the key of the result."""
