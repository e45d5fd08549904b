"""Plays one job once with SQLAlchemy; what is printed is said in bench/player.lua."""

import gc
import importlib
import os
import sys
import time


class Bench:
    def __init__(self, n):
        self.n = n
        self.url = os.environ.get("BENCH_URL", "sqlite")
        self.file = os.environ.get("BENCH_FILE")
        self.postgresql = self.url != "sqlite"

    @staticmethod
    def put(key, value):
        print(key, value, sep="\t")

    @staticmethod
    def setup():
        path = os.environ.get("BENCH_SETUP")
        if not path:
            return []
        with open(path, encoding="utf-8") as lines:
            return lines.read().splitlines()

    def time(self, function):
        gc.collect()
        start, start_work = time.perf_counter(), time.process_time()
        result = function()
        self.put("work", f"{time.process_time() - start_work:.6f}")
        self.put("seconds", f"{time.perf_counter() - start:.6f}")
        return result


def main():
    suite, name, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
    bench = Bench(n)
    try:
        job = importlib.import_module(suite).JOBS.get(name)
    except ModuleNotFoundError:
        job = None
    if job is None:
        bench.put("absent", "no such job")
    else:
        bench.put("check", job(bench))


main()
