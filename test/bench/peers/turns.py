"""What a peer and the benchmark say to each other: one JSON object a line, on stdin and stdout.

A peer is started with its task as JSON. It answers with its versions, or with what it lacks, and then takes turns.
"""

import importlib
import json
import re
import resource
import sys
import time


def say(answer):
    print(json.dumps(answer), flush=True)


def load(*modules):
    """The modules a peer needs; ends the peer, saying so, where one is not installed."""
    found = []
    for name in modules:
        try:
            found.append(importlib.import_module(name))
        except ImportError:
            say({"lacks": name})
            sys.exit(0)
    return found


def blas():
    """File name of the linear algebra library that this process has loaded."""
    try:
        with open("/proc/self/maps") as maps:
            text = maps.read()
    except OSError:
        return "unknown BLAS"
    found = re.findall(r"/(?:lib)?(openblas\w*|mkl_core|blis)[^/\s]*\.so[^/\s]*$", text, re.M)
    if found:
        return {"openblasp": "OpenBLAS"}.get(found[0], found[0])
    return "reference BLAS" if re.search(r"/libblas\.so", text) else "unknown BLAS"


def peak_megabytes():
    """Largest resident size so far; on Linux its own, as ru_maxrss begins with that of the program which started it."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return int(re.search(r"^VmHWM:\s+(\d+) kB$", status.read(), re.MULTILINE).group(1)) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def take_turns(versions, turn):
    """Answers every request with the time `turn(request)` took and the peak memory so far.

    What it gives is called when the clock has stopped, and may tell milliseconds of parts of the turn.
    """
    say({"ready": True, "versions": versions})
    for line in sys.stdin:
        request = json.loads(line)
        began, cpu = time.perf_counter(), time.process_time()
        finish = turn(request)
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
        parts = finish() or {}
        peak = peak_megabytes()
        say({"seconds": seconds, "cpuSeconds": cpu_seconds, "peakMegabytes": peak, "parts": parts})
