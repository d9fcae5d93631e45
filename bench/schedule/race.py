"""One instance, the program beside OR-Tools CP-SAT, each with the same processor seconds.

    race.py PROGRAM INSTANCE SECONDS THREADS

CP-SAT begins with the program's dispatch as a hint, its horizon is that schedule's makespan. Its model is built before its
seconds begin. Each schedule is judged by shops.py. Prints one line of JSON.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time

import shops


def own_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def program(path, arguments):
    """Rows of the schedule, and processor seconds of the process as the system counts them."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "schedule.json")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([path, "schedule", *arguments, "--json", out], check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        return shops.load(out), spent


def model_of(shop, hint):
    """A model with one optional interval a way, and the variables of each operation."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    horizon = max(end for *_, end in hint)
    hinted = {(j, o): (machine, start, end) for j, o, machine, start, end in hint}
    on, variables, ends = {}, {}, []
    for j, job in enumerate(shop):
        before = None
        for o, ways in enumerate(job):
            machine, begin, stop = hinted[j, o]
            start, end = model.new_int_var(0, horizon, ""), model.new_int_var(0, horizon, "")
            model.add_hint(start, begin)
            model.add_hint(end, stop)
            taken = []
            for k, (where, long) in enumerate(ways):
                if len(ways) == 1:
                    on.setdefault(where, []).append(model.new_interval_var(start, long, end, ""))
                    continue
                present = model.new_bool_var("")
                model.add_hint(present, where == machine and long == stop - begin)
                on.setdefault(where, []).append(model.new_optional_interval_var(start, long, end, present, ""))
                taken.append(present)
            if taken:
                model.add_exactly_one(taken)
            if before is not None:
                model.add(start >= before)
            before = end
            variables[j, o] = (start, end, taken)
        if before is not None:
            ends.append(before)
    for intervals in on.values():
        model.add_no_overlap(intervals)
    length = model.new_int_var(0, horizon, "")
    model.add_max_equality(length, ends)
    model.minimize(length)
    return model, variables


def cp_sat(shop, hint, seconds, workers):
    """Rows, processor seconds and bound of CP-SAT."""
    from ortools.sat.python import cp_model

    model, variables = model_of(shop, hint)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = 1
    begun, over = own_seconds(), threading.Event()

    def watch():
        while not over.is_set():
            if own_seconds() - begun >= seconds * workers:
                solver.stop_search()
            time.sleep(0.05)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    status = solver.solve(model)
    over.set()
    spent = own_seconds() - begun
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, spent, solver.best_objective_bound
    rows = []
    for (j, o), (start, end, taken) in variables.items():
        chosen = next((k for k, present in enumerate(taken) if solver.value(present)), 0)
        rows.append((j, o, shop[j][o][chosen][0], solver.value(start), solver.value(end)))
    return rows, spent, solver.best_objective_bound


def main():
    path, instance, seconds, threads = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
    shop = shops.read(instance)
    how = ["--format", "fjsp" if instance.endswith(".fjs") else "jsp", "--threads", str(threads)]
    hint, _ = program(path, [instance, *how, "--steps", "0"])
    rows, spent = program(path, [instance, *how, "--seconds", str(seconds)])
    answer = {
        "operations": sum(map(len, shop)),
        "dispatch": shops.makespan(shop, hint),
        "fenhe": shops.makespan(shop, rows),
        "fenhe_cpu_s": round(spent, 1),
    }
    try:
        theirs, spent, bound = cp_sat(shop, hint, seconds, threads)
        found = shops.makespan(shop, theirs) if theirs else None
        answer |= {"cp_sat": found, "cp_sat_cpu_s": round(spent, 1), "cp_sat_bound": bound}
    except ImportError as why:
        answer |= {"cp_sat": None, "missing": str(why)}
    print(json.dumps(answer))


main()
