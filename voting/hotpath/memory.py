"""What a long-running process does once it has loaded everything."""

import gc


def settle() -> None:
    """Keep the garbage collector away from what stays until the end.

    Django and the libraries are several hundred thousand objects that will never be garbage.
    Walking through them again and again costs time while ballots come; quick benchmarks right
    before and after showed 85 and 69 microseconds per ballot. What comes later is still collected.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
