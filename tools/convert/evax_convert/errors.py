"""The one exception for input that cannot be converted. SPDX-License-Identifier: MIT"""


class ConvertError(Exception):
    """The message names the cause and, where there is one, the cure."""


def listing(names, most=8):
    """Names for a message: sorted, and cut after `most`."""
    names = sorted(names)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
