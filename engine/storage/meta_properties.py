"""The file `meta.properties`: whose data a directory holds. Source: Kafka's `MetaProperties`.

A Java properties file of version 1 with `cluster.id`, `node.id` and `directory.id`.
"""

from dataclasses import dataclass

from engine.storage.errors import MalformedFile

FILE_NAME = "meta.properties"
_VERSION = "1"


@dataclass(frozen=True, slots=True)
class DirectoryIdentity:
    """Ids are 22 characters of URL-safe base64, as Kafka writes UUIDs."""

    cluster_id: str
    node_id: int
    directory_id: str


def encode_properties(identity: DirectoryIdentity) -> bytes:
    """The file of an identity."""
    return (
        f"version={_VERSION}\n"
        f"cluster.id={identity.cluster_id}\n"
        f"node.id={identity.node_id}\n"
        f"directory.id={identity.directory_id}\n"
    ).encode("ascii")


def decode_properties(content: bytes, path: str) -> DirectoryIdentity:
    """The identity in a file. Raises MalformedFile."""
    try:
        lines = (line.strip() for line in content.decode("ascii").splitlines())
        fields = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
        if fields["version"] != _VERSION:
            raise ValueError(f"version {fields['version']}")
        return DirectoryIdentity(
            fields["cluster.id"], int(fields["node.id"]), fields.get("directory.id", "")
        )
    except (ValueError, KeyError) as error:
        raise MalformedFile(path, f"not the properties of a data directory: {error}") from None
