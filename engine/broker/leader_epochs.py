"""Fencing by leader epoch (KIP-320): requests made in the belief of another leader are refused."""

from engine.broker.partition import Partition
from engine.protocol.error_codes import ErrorCode

NO_BELIEF = -1


def leader_epoch_error(partition: Partition, current_leader_epoch: int) -> ErrorCode:
    """The error for a client that believes in this epoch; -1 believes in none and passes."""
    if current_leader_epoch in (NO_BELIEF, partition.leader_epoch):
        return ErrorCode.NONE
    if current_leader_epoch < partition.leader_epoch:
        return ErrorCode.FENCED_LEADER_EPOCH
    return ErrorCode.UNKNOWN_LEADER_EPOCH
