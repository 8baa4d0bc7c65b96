"""Requests to jsii with half of the work in Python, for apps of thousands of resources.

jsii converts each value of a request twice, and sends null for each argument that is not set. Here
those are left out, which means the same to Node, and the two frequent requests, to create an object
and to read an attribute, are converted once.
"""

from collections.abc import Callable
from typing import Any

import jsii._kernel as kernel
from jsii._kernel.providers import process
from jsii._kernel.types import CreateRequest, CreateResponse, GetRequest, GetResponse

_PLAIN = frozenset({str, int, bool, float, type(None)})
_convert = kernel._make_reference_for_native
_start: Callable[[Any], None] = process._NodeProcess.__init__


def install() -> None:
    """Have jsii convert requests in this way; a second call does nothing."""
    for owner, name, ours in (
        (kernel, "_make_reference_for_native", _argument),
        (process._NodeProcess, "__init__", _start_with_serializer),
    ):
        setattr(owner, name, ours)


def _argument(of: kernel.Kernel, value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    names = getattr(type(value), "__jsii_name_mapping__", None)
    if names is None:
        return _convert(of, value)
    data = {
        names[name]: _argument(of, field)
        for name, field in value._values.items()
        if field is not None
    }
    return {"$jsii.struct": {"fqn": value.__jsii_type__, "data": data}}


class _Serializer:
    """jsii's own serializer, but for the frequent requests and their answers."""

    def __init__(self, own: Any) -> None:
        self._own = own

    def unstructure(self, request: Any) -> Any:
        match request:
            case CreateRequest(fqn=fqn, args=args, overrides=[], interfaces=interfaces):
                return {
                    "api": "create",
                    "fqn": fqn,
                    "args": args,
                    "overrides": [],
                    "interfaces": interfaces,
                }
            case GetRequest(objref=reference, property=name):
                of = {"$jsii.byref": reference.ref, "$jsii.interfaces": reference.interfaces}
                return {"api": "get", "objref": of, "property": name}
        return self._own.unstructure(request)

    def structure(self, answer: Any, type_: Any) -> Any:
        if type_ is process._ProcessResponse and answer.keys() == {"ok"}:
            return process._OkayResponse(ok=answer["ok"])
        if type_ is CreateResponse:
            return CreateResponse(ref=answer.ref)
        if type_ is GetResponse:
            return GetResponse(value=answer.get("value"))
        return self._own.structure(answer, type_)


def _start_with_serializer(node: Any) -> None:
    _start(node)
    node._serializer = _Serializer(node._serializer)
