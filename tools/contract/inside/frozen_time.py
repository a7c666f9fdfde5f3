"""Makes Python's clocks stand still."""

import time

COUNTERS = ("monotonic", "perf_counter", "process_time", "thread_time")


def freeze_time(now_ms):
    now_ns = now_ms * 1_000_000
    parts = {"time": lambda: now_ms / 1000, "time_ns": lambda: now_ns}
    for name in COUNTERS:
        parts[name] = lambda: 0.0
        parts[f"{name}_ns"] = lambda: 0
    # Clocks by number, and the ones that no other name leads to.
    parts["clock_gettime"] = lambda _clock: now_ms / 1000
    parts["clock_gettime_ns"] = lambda _clock: now_ns
    for name in ("gmtime", "localtime", "ctime"):
        parts[name] = since_now(getattr(time, name), now_ms)
    strftime = time.strftime
    parts["strftime"] = lambda form, *when: strftime(form, *(when or (time.gmtime(),)))
    for name, function in parts.items():
        setattr(time, name, function)


def since_now(function, now_ms):
    return lambda seconds=None: function(now_ms / 1000 if seconds is None else seconds)


def freeze_datetime(module, now_ms):
    class date(module.date):
        @classmethod
        def today(cls):
            return cls.fromtimestamp(now_ms / 1000)

    class datetime(module.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls.fromtimestamp(now_ms / 1000, tz)

        @classmethod
        def utcnow(cls):
            return cls.now(module.timezone.utc).replace(tzinfo=None)

        @classmethod
        def today(cls):
            return cls.now()

    for name, frozen in (("date", date), ("datetime", datetime)):
        frozen.__module__, frozen.__qualname__ = "datetime", name
        setattr(module, name, frozen)
