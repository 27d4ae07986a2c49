"""What a long-running process does once it has loaded everything."""

import gc


def settle() -> None:
    """Keep the garbage collector away from what stays until the end.

    Django and the libraries are several hundred thousand objects that will never be garbage.
    Walking through them again and again took a fifth of a web process's time under load
    (docs/performance.md). What comes later is still collected.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
