"""What a Python tool may use. Everything that is missing here is refused."""

import json
import pathlib
import re

# Those that the program has that runs a tool.
IMPORTS = set(json.loads(pathlib.Path(__file__).with_name("modules.json").read_text()))
# Parts of modules that may be used; of those that are missing here, what Python itself names as public.
MEMBERS = {
    "io": {"StringIO", "BytesIO", "TextIOBase"},
    "urllib": {"parse"},
    # The class reads standard input, and files that its text names.
    "shlex": {"split", "quote", "join"},
    "uuid": set(
        "UUID SafeUUID uuid1 uuid3 uuid4 uuid5 uuid6 uuid7 uuid8 getnode NIL MAX NAMESPACE_DNS NAMESPACE_URL NAMESPACE_OID"
        " NAMESPACE_X500 RESERVED_NCS RFC_4122 RESERVED_MICROSOFT RESERVED_FUTURE".split()
    ),
}
# Modules keep what they import themselves as members: a way to the machine behind any of them.
FORBIDDEN_MEMBERS = set(
    "sys os builtins subprocess socket importlib ctypes codecs warnings inspect types copyreg threading gc marshal"
    " pickle tempfile shutil pathlib signal request robotparser attrgetter methodcaller get_type_hints Formatter"
    # They read attributes by text, evaluate it, make classes of text, or change what other modules hold.
    " ForwardRef update_wrapper singledispatch singledispatchmethod register evaluate_forward_ref"
    " global_enum global_enum_repr global_flag_repr EnumMeta EnumType ABCMeta make_dataclass redirect_stdout"
    " redirect_stderr redirect_stdin chdir".split()
)
# What needs a capability: whole modules, or members of them.
NEEDS = {"random": "random", "secrets": "random", "time": "clock"}
MEMBER_NEEDS = {
    ("uuid", "uuid1"): "random",
    ("uuid", "uuid4"): "random",
    ("uuid", "getnode"): "random",
}
# Members of datetime and date.
TELLING_TIME = {"now", "utcnow", "today"}
FREE_TIME = {"strftime", "strptime", "struct_time"}
BUILTINS = set(
    "abs all any ascii bin bool bytearray bytes callable chr classmethod complex dict divmod enumerate filter float"
    " format frozenset hash hex id int isinstance issubclass iter len list map max min next object oct ord pow property"
    " range repr reversed round set slice sorted staticmethod str sum super tuple type zip hasattr"
    " True False None NotImplemented Ellipsis __name__ __doc__".split()
)
# Random without a name of its module.
HIDDEN_CHANCE = {"samples": "statistics"}
# What named tuples have, though it begins like something private.
NAMED_TUPLE = {"_replace", "_asdict", "_fields", "_make", "_field_defaults"}
EXCEPTIONS = re.compile(r"^(?:Exception|[A-Z]\w*(?:Error|Exception|Warning|Iteration|Group))$")
DUNDERS = set(
    "__init__ __repr__ __str__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __hash__ __len__ __iter__ __next__"
    " __contains__ __getitem__ __setitem__ __delitem__ __add__ __sub__ __mul__ __truediv__ __floordiv__ __mod__"
    " __neg__ __bool__ __call__ __enter__ __exit__ __post_init__ __slots__ __name__ __radd__ __rmul__ __and__ __or__"
    " __all__ __xor__ __int__ __float__ __index__ __abs__ __pow__ __format__ __missing__ __reversed__ __pos__ __invert__"
    " __rsub__ __rtruediv__ __rfloordiv__ __rmod__ __rpow__ __rand__ __ror__ __rxor__ __matmul__ __rmatmul__ __divmod__"
    " __rdivmod__ __lshift__ __rshift__ __rlshift__ __rrshift__ __iadd__ __isub__ __imul__ __itruediv__ __ifloordiv__"
    " __imod__ __ipow__ __iand__ __ior__ __ixor__ __imatmul__ __ilshift__ __irshift__ __round__ __trunc__ __floor__"
    " __ceil__ __complex__".split()
)
HIDDEN_ATTRIBUTES = re.compile(
    r"^(?:[fcg]i_|gi_|cr_|ag_|tb_|f_(?:globals|locals|builtins|code|back)|func_|co_|mro$|_getframe$|format_map$|register$)"
)
# Attributes of frames, generators and traces, as a field of a class might be called to have them matched.
WAYS_OUT = set(
    "gi_frame gi_code gi_yieldfrom cr_frame cr_code cr_await cr_origin ag_frame ag_code ag_await tb_frame tb_next"
    " f_globals f_locals f_builtins f_code f_back f_trace".split()
)
# A field of a format that reads an attribute that is not written in one.
HIDDEN_FIELD = re.compile(r"\{[^{}]*\.(?:_|[fcg]i_|gi_|cr_|ag_|tb_|f_|func_|co_)")
HIDDEN_WORDS = re.compile(r"^(?:__\w+__|eval|exec|compile|os|sys|subprocess|builtins|importlib|ctypes|socket)$")
CONTEXT = {"fetch", "files", "clock", "random", "memory", "log"}
FILE_METHODS = {"read": "files:read", "list": "files:read", "write": "files:write"}
