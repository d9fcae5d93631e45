"""Reads the two public text formats and judges schedules. Shares nothing with the program that is measured."""

import json


def read(path):
    """Jobs of operations of (machine, time) pairs, machines from 0."""
    with open(path, encoding="utf-8") as file:
        rows = [line.split() for line in file if line.strip() and not line.startswith("#")]
    count = int(rows[0][0])
    jobs = [[int(word) for word in row] for row in rows[1 : count + 1]]
    if not str(path).endswith(".fjs"):
        return [[[pair] for pair in zip(job[::2], job[1::2])] for job in jobs]
    shop = []
    for job in jobs:
        numbers = iter(job)
        operations = []
        for _ in range(next(numbers)):
            ways = next(numbers)
            operations.append([(next(numbers), next(numbers)) for _ in range(ways)])
        shop.append(operations)
    base = min(machine for job in shop for ways in job for machine, _ in ways)
    base = 0 if base == 0 else 1
    return [[[(machine - base, time) for machine, time in ways] for ways in job] for job in shop]


def makespan(shop, rows):
    """When the last operation ends; an AssertionError says what is wrong. Rows: job, operation, machine, start, end."""
    rows = sorted(tuple(row) for row in rows)
    all_operations = [(j, o) for j, job in enumerate(shop) for o in range(len(job))]
    assert [row[:2] for row in rows] == all_operations, "not each operation once"
    machines = {}
    ends = {}
    for job, operation, machine, start, end in rows:
        assert start >= 0 and (machine, end - start) in shop[job][operation], f"{job}.{operation}: no such way"
        assert start >= ends.get(job, 0), f"{job}.{operation} begins before the one before it has ended"
        ends[job] = end
        machines.setdefault(machine, []).append((start, end))
    for machine, busy in machines.items():
        busy.sort()
        for (_, end), (start, _) in zip(busy, busy[1:]):
            assert end <= start, f"machine {machine}: two at once at {start}"
    return max(ends.values(), default=0)


def load(path):
    """Rows of a schedule as JSON."""
    with open(path, encoding="utf-8") as file:
        rows = json.load(file)["schedule"]
    return [(r["job"], r["operation"], r["machine"], r["start"], r["end"]) for r in rows]
