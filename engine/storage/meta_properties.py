"""The file `meta.properties`: whose data a directory holds. Source: Kafka's `MetaProperties`.

A Java properties file of version 1 with `cluster.id`, `node.id` and `directory.id`.
"""

from dataclasses import dataclass

from engine.kernel.entropy import Entropy
from engine.kernel.ids import TopicId, format_topic_id
from engine.storage.errors import MalformedFile, OtherNode
from engine.storage.filesystem import FileSystem
from engine.storage.whole_file import read_if_there, replace_file

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


def identity_of(
    filesystem: FileSystem, directory: str, entropy: Entropy, node_id: int
) -> DirectoryIdentity:
    """Whose data a directory holds; a new one becomes that of a new cluster. Blocks.

    Raises OtherNode, MalformedFile, OSError.
    """
    path = f"{directory}/{FILE_NAME}"
    content = read_if_there(filesystem, path)
    if not content:
        identity = DirectoryIdentity(_new_id(entropy), node_id, directory_id=_new_id(entropy))
        replace_file(filesystem, path, encode_properties(identity))
        return identity
    identity = decode_properties(content, path)
    if identity.node_id != node_id:
        raise OtherNode(directory, identity.node_id, node_id)
    return identity


def _new_id(entropy: Entropy) -> str:
    return format_topic_id(TopicId(entropy.uuid_bytes()))
