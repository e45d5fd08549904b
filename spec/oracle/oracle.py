"""make oracle: random programs, said in Lua and in Python, compiled by Lualchemy and by SQLAlchemy on every dialect.

What differs is made as small as it gets and printed with both sources and both results. The exit status is 0 when
nothing differs but what docs/differences.md explains (known.py).
"""
import argparse
import collections
import ctypes
import os
import random
import sys
import tempfile

import known
import shrink
import sides
import tables
import targets
import term
from statements import Statements


def arguments():
    parser = argparse.ArgumentParser(prog="make oracle")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--show", type=int, default=10, help="how many differences to print")
    parser.add_argument("--wide", action="store_true", help="many dialects with special options for each statement")
    parser.add_argument("--optional", action="store_true", help="without SQLAlchemy 2.0: say so and succeed")
    parser.add_argument("--kind", help="only this kind of statement", default=None)
    parser.add_argument("--only", type=int, nargs="+", help="only the statements of these numbers")
    parser.add_argument("--size", type=int, default=1, help="how large the first statements are; the last are 4 larger")
    parser.add_argument("--errors", action="store_true", help="count SQLAlchemy's errors")
    parser.add_argument("--verbose", action="store_true", help="print every program")
    parser.add_argument("lua", nargs="+", help="the command that runs Lua with Lualchemy")
    return parser.parse_args()


def settle():
    """Starts anew with sets that have one order in every run: hashes of strings, and addresses, are no longer random."""
    if os.environ.get("PYTHONHASHSEED") == "0" or not sys.platform.startswith("linux"):
        return
    no_randomize = 0x0040000
    ctypes.CDLL(None).personality(no_randomize)
    os.execve(sys.executable, sys.orig_argv, dict(os.environ, PYTHONHASHSEED="0"))


class Difference:
    def __init__(self, root, target, ours, theirs):
        self.root, self.target, self.ours, self.theirs = root, target, ours, theirs

    def print(self, seed, number):
        dialect, options = self.target
        setup, expression = term.python_source(self.root)
        print("=" * 100)
        print("statement %d of seed %d, dialect %s %s" % (number, seed, dialect.py(), options.py()))
        print("-- Lua\n%s" % term.lua_source(self.root))
        print("-- Python\n%s%s" % (setup, expression))
        print("-- Lualchemy\n%s" % readable(self.ours))
        print("-- SQLAlchemy\n%s" % readable(self.theirs), flush=True)


def readable(outcome):
    kind, *parts = outcome.split(sides.MARK)
    if kind == "E":
        return "%s: %s" % tuple(parts)
    text, order, params = parts
    return text + ("\n    order: " + order if order != "-" else "") + (
        "\n    " + params.replace("\n", "\n    ") if params else "")


class Oracle:
    def __init__(self, options):
        self.options = options
        prelude = tables.prelude()
        self.python = sides.Python(prelude)
        handle, self.file = tempfile.mkstemp(suffix=".lua")
        os.close(handle)
        sides.write_prelude(prelude, self.file)
        self.lua = sides.Lua(options.lua, self.file)
        self.explained = collections.Counter()
        self.outcomes = collections.Counter()
        self.errors = collections.Counter()

    def close(self):
        self.lua.stop()
        os.unlink(self.file)

    def differences(self, root, chosen):
        """The first target on which the two sides differ, or None."""
        theirs, ours = self.python.outcomes(root, chosen), self.lua.outcomes(root, chosen)
        for target, mine, its in zip(chosen, ours, theirs):
            self.outcomes[its.split(sides.MARK)[0]] += 1
            if its.startswith("E"):
                self.errors[its.split(sides.MARK)[1] + ": " + its.split(sides.MARK)[2][:60]] += 1
            if not known.same(mine, its):
                rule = known.rule(root, target, mine, its)
                if not rule:
                    return Difference(root, target, mine, its)
                self.explained[rule] += 1
        return None

    def still(self, found):
        """Does a smaller program differ in the same way?"""

        def differs(root):
            other = self.differences(root, [found.target])
            return other if other and known.manner(other) == known.manner(found) else None

        return differs

    def program(self, r, size):
        """A random program; one in thirty may be a mistake that is noticed before it is compiled."""
        while True:
            root = Statements(r).statement(size, self.options.kind)
            if r.random() < 0.03 or self.python.builds(root):
                return root

    def run(self):
        seen = collections.Counter()
        for number in self.options.only or range(1, self.options.count + 1):
            r = random.Random("%d/%d" % (self.options.seed, number))
            size = self.options.size + (number * 4 // self.options.count)
            term.Shared.count = 0
            root = self.program(r, size)
            chosen = targets.choose(r, root, self.options.wide)
            if self.options.verbose:
                print(number, term.lua_source(root), flush=True)
            found = self.differences(root, chosen)
            if found:
                if sum(seen.values()) < self.options.show:
                    small = shrink.smallest(found, self.still(found))
                    small.print(self.options.seed, number)
                seen[number] += 1
            if number % 1000 == 0:
                print("%d statements, %d differ" % (number, len(seen)), file=sys.stderr, flush=True)
        return seen


def main():
    settle()
    options = arguments()
    if options.optional:
        try:
            sides.sqlalchemy()
        except SystemExit as e:
            print("skipped: %s" % e)
            return 0
    sys.setrecursionlimit(10000)
    oracle = Oracle(options)
    try:
        seen = oracle.run()
    finally:
        oracle.close()
    print("%d statements of seed %d on SQLAlchemy %s: %d differ; %d results compared, %d of them errors" % (
        options.count, options.seed, sides.sqlalchemy().__version__, len(seen), sum(oracle.outcomes.values()),
        oracle.outcomes["E"]))
    if options.errors:
        for text, count in oracle.errors.most_common(40):
            print("  %6d %s" % (count, text))
    for rule, count in sorted(oracle.explained.items()):
        print("  explained by docs/differences.md: %s (%d)" % (rule, count))
    return 1 if seen else 0


sys.exit(main())
