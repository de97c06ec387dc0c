"""Descriptions of Protobuf files as a schema registry serializes them, and messages of theirs."""

import base64

from google.protobuf import descriptor_pb2

_TYPE = descriptor_pb2.FieldDescriptorProto


def place_file() -> str:
    """`place.proto`: one message with a city."""
    file = descriptor_pb2.FileDescriptorProto(
        name="place.proto", package="shop", syntax="proto3", dependency=[]
    )
    message = file.message_type.add(name="Place")
    message.field.add(name="city", number=1, type=_TYPE.TYPE_STRING, label=_TYPE.LABEL_OPTIONAL)
    return base64.b64encode(file.SerializeToString()).decode()


def order_file() -> str:
    """`default`: an empty message, and one with a place, a time and a message inside."""
    file = descriptor_pb2.FileDescriptorProto(
        name="default",
        package="shop",
        syntax="proto3",
        dependency=["place.proto", "google/protobuf/timestamp.proto"],
    )
    file.message_type.add(name="Nothing")
    order = file.message_type.add(name="Order")
    single = _TYPE.LABEL_OPTIONAL
    order.field.add(name="total", number=1, type=_TYPE.TYPE_INT32, label=single)
    order.field.add(
        name="ship_to", number=2, type=_TYPE.TYPE_MESSAGE, type_name=".shop.Place", label=single
    )
    order.field.add(
        name="at",
        number=3,
        type=_TYPE.TYPE_MESSAGE,
        type_name=".google.protobuf.Timestamp",
        label=single,
    )
    item = order.nested_type.add(name="Item")
    item.field.add(name="sku", number=1, type=_TYPE.TYPE_STRING, label=single)
    return base64.b64encode(file.SerializeToString()).decode()


ORDER_MESSAGE = b"\x08\x7b" + b"\x12\x06\x0a\x04Bonn" + b"\x1a\x02\x08\x01"
"""total 123, ship_to.city Bonn, at one second after 1970."""
