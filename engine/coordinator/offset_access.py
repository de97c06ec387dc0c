"""Who may commit and read positions, by the group and the generation or epoch that is named.

    commit          group is                      answer
    without (-1)    unknown, without members      stored: the client manages its partitions itself
    without (-1)    not empty                     UNKNOWN_MEMBER_ID
    generation      unknown                       ILLEGAL_GENERATION, from version 9
                                                  GROUP_ID_NOT_FOUND
    not current     classic                       ILLEGAL_GENERATION
    current         classic, CompletingRebalance  REBALANCE_IN_PROGRESS
    current         classic otherwise             stored, and the member's session goes on
    own epoch       a consumer group              stored
    earlier epoch   a consumer group              stored if the member has had all of the partitions
                                                  since then or longer, else STALE_MEMBER_EPOCH
    later epoch     a consumer group              STALE_MEMBER_EPOCH

Classic members of a consumer group are told ILLEGAL_GENERATION in place of STALE_MEMBER_EPOCH, and
so are transactional commits. Reading needs the member's epoch in a consumer group, if the client
names a member at all. Source: Kafka's `ClassicGroup` and `ConsumerGroup`: `validateOffsetCommit`,
`validateOffsetFetch`; KIP-848, KIP-1251.
"""

from engine.coordinator.classic_group import ClassicGroup, GroupState
from engine.coordinator.commands import NO_GENERATION, CommitOffsets
from engine.coordinator.consumer_group import ConsumerGroup
from engine.coordinator.consumer_member import ConsumerMember
from engine.coordinator.errors import GroupError
from engine.coordinator.groups import Group


def commit_error(group: Group | None, command: CommitOffsets) -> GroupError:
    """Whether a commit as a whole may be stored."""
    if group is None:
        return GroupError.NONE if command.generation_id < 0 else command.unknown_group
    if command.generation_id < 0 and group.is_empty:
        return GroupError.NONE
    if isinstance(group, ClassicGroup):
        return _classic_commit_error(group, command)
    return _consumer_commit_error(group, command)


def fetch_error(group: Group | None, member_id: str | None, member_epoch: int) -> GroupError:
    """Whether positions may be read in the name of a member; -1 and None for nobody's."""
    names_nobody = member_id is None and member_epoch < 0
    if names_nobody or not isinstance(group, ConsumerGroup):
        return GroupError.NONE
    member = None if member_id is None else group.members.get(member_id)
    if member is None:
        return GroupError.UNKNOWN_MEMBER_ID
    if member_epoch == member.current.epoch:
        return GroupError.NONE
    return _stale(member)


def _classic_commit_error(group: ClassicGroup, command: CommitOffsets) -> GroupError:
    names_member = bool(command.member_id) or command.group_instance_id is not None
    if command.generation_id >= 0 or names_member:
        error = group.member_error(command.member_id, command.group_instance_id)
        if error is not GroupError.NONE:
            return error
        if command.generation_id != group.generation_id:
            return GroupError.ILLEGAL_GENERATION
    elif not command.is_transactional:
        return GroupError.UNKNOWN_MEMBER_ID
    if group.state is GroupState.COMPLETING_REBALANCE and not command.is_transactional:
        return GroupError.REBALANCE_IN_PROGRESS
    return GroupError.NONE


def _consumer_commit_error(group: ConsumerGroup, command: CommitOffsets) -> GroupError:
    names_member = bool(command.member_id) or command.group_instance_id is not None
    epoch = command.generation_id
    if command.is_transactional and epoch == NO_GENERATION and not names_member:
        return GroupError.NONE
    member = group.members.get(command.member_id)
    if member is None:
        return GroupError.UNKNOWN_MEMBER_ID
    if not command.is_transactional and not member.is_classic and not command.knows_member_epochs:
        return GroupError.UNSUPPORTED_VERSION
    if epoch == member.current.epoch or _has_had_all(member, command):
        return GroupError.NONE
    return GroupError.ILLEGAL_GENERATION if command.is_transactional else _stale(member)


def _has_had_all(member: ConsumerMember, command: CommitOffsets) -> bool:
    """Whether the member has had every partition since an earlier epoch or longer."""
    if command.generation_id > member.current.epoch:
        return False
    since = [member.current.epoch_of(each.topic_id, each.partition) for each in command.offsets]
    return all(epoch is not None and epoch <= command.generation_id for epoch in since)


def _stale(member: ConsumerMember) -> GroupError:
    return GroupError.ILLEGAL_GENERATION if member.is_classic else GroupError.STALE_MEMBER_EPOCH
