"""Batches by the encoders and decoders of aiokafka and kafka-python: oracles for ours.

Neither shares code with the engine. Both refuse what they find corrupt with errors of their own.
"""

from collections.abc import Callable, Sequence

from aiokafka.record.default_records import DefaultRecordBatch as AiokafkaBatch
from aiokafka.record.default_records import DefaultRecordBatchBuilder as AiokafkaBuilder
from kafka.record.default_records import DefaultRecordBatch as KafkaPythonBatch
from kafka.record.default_records import DefaultRecordBatchBuilder as KafkaPythonBuilder

from engine.records.builder import NewRecord
from engine.records.record import Record

Encoder = Callable[..., bytes]
Decoder = Callable[[bytes], list[Record]]


def _encoder(builder: type) -> Encoder:
    def encode(
        records: Sequence[NewRecord],
        *,
        compression: int = 0,
        producer: tuple[int, int, int] = (-1, -1, -1),
        is_transactional: bool = False,
    ) -> bytes:
        """One batch; `producer` is (id, epoch, first sequence)."""
        producer_id, epoch, sequence = producer
        made = builder(
            magic=2,
            compression_type=compression,
            is_transactional=is_transactional,
            producer_id=producer_id,
            producer_epoch=epoch,
            base_sequence=sequence,
            batch_size=1 << 30,
        )
        for offset, record in enumerate(records):
            taken = made.append(
                offset,
                timestamp=record.timestamp_ms,
                key=record.key,
                value=record.value,
                headers=list(record.headers),
            )
            assert taken is not None
        return bytes(made.build())

    return encode


def _decoder(batch: type) -> Decoder:
    def decode(data: bytes) -> list[Record]:
        """The records of one batch whose CRC is right."""
        opened = batch(data)
        assert opened.validate_crc()
        return [
            Record(each.offset, each.timestamp, each.key, each.value, tuple(each.headers))
            for each in opened
        ]

    return decode


ENCODERS: dict[str, Encoder] = {
    "aiokafka": _encoder(AiokafkaBuilder),
    "kafka-python": _encoder(KafkaPythonBuilder),
}
DECODERS: dict[str, Decoder] = {
    "aiokafka": _decoder(AiokafkaBatch),
    "kafka-python": _decoder(KafkaPythonBatch),
}
