"""Fans a sweep out over a Ray cluster: python ray_sweep.py GRID MAP [--parts 64] [--address auto]

Needs `pip install ray` and collapse-lab on the PATH of every node. Ray starts lost parts again by itself.
"""

import argparse
import pathlib
import subprocess
import tempfile

import ray


@ray.remote(num_cpus=1, max_retries=3, retry_exceptions=True)
def sweep(grid: str, number: int, parts: int) -> str:
    """One part of the map, as the text of a map file."""
    command = ["collapse-lab", "sweep", "-", "--shard", f"{number}/{parts}", "--threads", "1", "--quiet"]
    done = subprocess.run(command, input=grid, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    return done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("grid", type=pathlib.Path)
    parser.add_argument("map", type=pathlib.Path)
    parser.add_argument("--parts", type=int, default=64)
    parser.add_argument("--address", help="of a running cluster; without it, one on this machine")
    options = parser.parse_args()
    ray.init(address=options.address, log_to_driver=False)
    grid = options.grid.read_text()
    left = [sweep.remote(grid, number, options.parts) for number in range(1, options.parts + 1)]
    with tempfile.TemporaryDirectory() as folder:
        files = []
        while left:
            done, left = ray.wait(left)
            files.append(pathlib.Path(folder) / f"{len(files)}.json")
            files[-1].write_text(ray.get(done[0]))
            print(f"{len(files)} of {options.parts} parts", flush=True)
        subprocess.run(["collapse-lab", "merge", *map(str, files), "--force", "--out", str(options.map)], check=True)


if __name__ == "__main__":
    main()
