"""What a callgrind output says: instructions and allocations, by program or library.

The format is in Valgrind's manual, "Callgrind Format Specification".
"""

import collections
import functools
import pathlib
import re

NAMED = re.compile(r"^(ob|cob|fn|cfn)=\((\d+)\)(?: (.*))?$")
ALLOCATORS = {"malloc", "calloc", "realloc", "aligned_alloc", "posix_memalign"}


class Profile:
    def __init__(self, output):
        # By object: the file's name without its folder.
        self.instructions = collections.Counter()
        self.allocations = collections.Counter()
        self.read(output)

    def read(self, output):
        # Names are given once and numbered; objects and functions each have numbers of their own.
        names = {"o": {}, "f": {}}
        here = callee = None
        is_call = False
        with output.open() as lines:
            for line in lines:
                if named := NAMED.match(line):
                    kind, number, name = named.groups()
                    known = names["o" if kind in ("ob", "cob") else "f"]
                    if name:
                        known[number] = name.strip()
                    if kind == "ob":
                        here = file_name(known[number])
                    elif kind == "cfn":
                        callee = known[number]
                elif line.startswith("calls="):
                    is_call = True  # the next line is what the callee cost
                    if callee in ALLOCATORS or callee.startswith("operator new"):
                        self.allocations[here] += int(line[len("calls="):].split()[0])
                elif line[0] in "+-*0123456789":
                    if not is_call:
                        self.instructions[here] += int(line.split()[1])
                    is_call = False


@functools.cache
def file_name(path):
    return pathlib.PurePath(path).name


def own(counter, program):
    """Of the program itself and of protobuf, whose work the messages decide. How much the C library
    and gRPC do depends on how reads and writes happen to meet."""
    return sum(count for name, count in counter.items()
               if name == program or name.startswith("libprotobuf"))
