"""`id` and `hash` that tell nothing of where objects lie, which differs from process to process."""

import types


def stable_id():
    """An `id` that counts objects instead of telling where they lie, which differs from call to call."""
    numbers, kept, real = {}, [], id

    def identity(value, /):
        number = numbers.get(real(value))
        if number is None:
            number = numbers[real(value)] = len(kept)
            # An object that goes could leave its place to another one.
            kept.append(value)
        return number

    return identity


def stable_hash(identity):
    """A `hash` that tells as little of where an object lies; what is compared by its value has the hash of Python."""
    real, default = hash, object.__hash__
    by_place = (types.BuiltinFunctionType, types.MethodType, types.MethodWrapperType)

    def hashed(value, /):
        kind = type(value)
        if kind in (tuple, frozenset):
            return real(kind(map(hashed, value)))
        if kind.__hash__ is default or kind in by_place:
            return identity(value)
        return real(value)

    return hashed
