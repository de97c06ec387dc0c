"""What a client may do to the levels of loggers, with Kafka's codes and sentences. All or nothing.

Source: Kafka's `ConfigAdminManager.validateLogLevelConfigs`.
"""

from collections.abc import Sequence

from engine.broker.config_changes import AlterOperation, Change
from engine.broker.loggers import LEVELS, ROOT, Loggers
from engine.broker.refusal import Refused
from engine.protocol.error_codes import ErrorCode


def change_levels(loggers: Loggers, changes: Sequence[Change], *, validate_only: bool) -> None:
    """Set and delete levels. Raises Refused."""
    names = [change.name for change in changes]
    if len(set(names)) != len(names):
        raise Refused(ErrorCode.INVALID_REQUEST, "Error due to duplicate config keys")
    for change in changes:
        _check(loggers, change)
    if validate_only:
        return
    for name, operation, value in changes:
        if operation == AlterOperation.SET:
            assert value is not None
            loggers.set_level(name, value)
        else:
            loggers.unset_level(name)


def _check(loggers: Loggers, change: Change) -> None:
    name, operation, value = change
    if value is None and operation != AlterOperation.DELETE:
        raise Refused(ErrorCode.INVALID_REQUEST, f"Null value not supported for : {name}")
    if name not in loggers:
        raise Refused(ErrorCode.INVALID_CONFIG, f"Logger {name} does not exist!")
    match operation:
        case AlterOperation.SET:
            if value not in LEVELS:
                raise Refused(
                    ErrorCode.INVALID_CONFIG,
                    f"Cannot set the log level of {name} to {value} as it is not a supported log "
                    f"level. Valid log levels are {', '.join(sorted(LEVELS))}",
                )
        case AlterOperation.DELETE:
            if name == ROOT:
                raise Refused(
                    ErrorCode.INVALID_REQUEST,
                    f"Removing the log level of the {ROOT} logger is not allowed",
                )
        case AlterOperation.APPEND | AlterOperation.SUBTRACT:
            what = AlterOperation(operation).name
            message = f"{what} operation is not allowed for the BROKER_LOGGER resource"
            raise Refused(ErrorCode.INVALID_REQUEST, message)
        case _:
            raise Refused(ErrorCode.INVALID_REQUEST, f"Unknown operation {operation} for : {name}")
