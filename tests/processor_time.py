"""processor_time.py COMMAND...: runs a command; then writes the processor time in seconds that it and all that it started
took to file descriptor 3, and ends with its status.

A browser's processes are not children of whoever started it, or are left to the system when it is killed, so that
nobody is told what they took. Here they are left to this process.
"""
import ctypes
import os
import resource
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
PATIENCE = 2  # seconds, for what is left when the command has ended


def wait_for_all(command):
    """The status of a command, when all that it started has ended, or after a while."""
    status, ended = None, 0.0
    while status is None or time.monotonic() < ended + PATIENCE:
        try:
            pid, how = os.waitpid(-1, 0 if status is None else os.WNOHANG)
        except ChildProcessError:
            break
        if pid == command.pid:
            status, ended = os.waitstatus_to_exitcode(how), time.monotonic()
        elif pid == 0:
            time.sleep(0.05)
    return status


if __name__ == "__main__":
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    exit_status = wait_for_all(subprocess.Popen(sys.argv[1:]))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    os.write(3, f"{used.ru_utime + used.ru_stime:.1f}\n".encode())
    sys.exit(exit_status if exit_status >= 0 else 128 - exit_status)
