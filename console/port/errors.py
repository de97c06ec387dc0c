"""What can go wrong when a cluster is asked: one class for each reaction of the console.

Calls about many things give an error as the result of the thing that it befell, and raise only when
nothing at all could be learnt. The text of an error is a clause for people, made of cleaned text.
"""


class ClusterError(Exception):
    """Any failure that a cluster or the way to it can cause."""

    may_be_done = False
    """Whether a change that failed so may have been made nevertheless."""

    @property
    def reason(self) -> str:
        """The clause to show."""
        return str(self)

    @property
    def of_change(self) -> str:
        """The clause to show of a change that failed so."""
        return f"{self.reason}; it may have been done" if self.may_be_done else self.reason


class Unreachable(ClusterError):
    """No broker that could answer can be reached. It is worth asking again.

    `was_sent`: the way was lost behind a request that went out.
    """

    def __init__(self, message: str = "", *, was_sent: bool = False) -> None:
        super().__init__(message)
        self.may_be_done = was_sent


class NotLetIn(Unreachable):
    """There is no way in as the configuration has it: a secret is missing or wrong, TLS fails. A
    person has to act; the console looks again meanwhile."""


class TimedOut(ClusterError):
    """No answer in time; a change may have been made nevertheless."""

    may_be_done = True


class Refused(ClusterError):
    """The cluster does not let this user do or see it: a person has to grant a right."""


class NotSupported(ClusterError):
    """The cluster has no such operation, or only in a form that we do not speak."""


class NotFound(ClusterError):
    """The topic, group or partition does not exist, or does no longer."""


class AlreadyExists(ClusterError):
    """A thing of that name is there already."""


class GroupIsActive(ClusterError):
    """The group has members, and its offsets cannot be changed from outside."""


class Rejected(ClusterError):
    """The broker says that the request is wrong; its words say why. `code` is Kafka's name."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Failed(ClusterError):
    """The broker could not do it at the moment. `code` is Kafka's name."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
