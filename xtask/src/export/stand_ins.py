"""Lets PyTorch's wheel for Linux start without the several gigabytes of GPU libraries it is linked to.

The registry's wheel for x86-64 is built for GPUs and does not load without their libraries, none of which is
used on a machine without such a card. For each that is missing this puts a library of the same name into
the wheel's own folder, whose functions all do nothing and return 0. Only the runtime is real: it is small,
and it is what says that there is no card.

Needs readelf, nm and a C compiler, which a machine that compiles Rust has.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

# What every Linux has, the wheel brings along, or is real.
PRESENT = re.compile(r"lib(c|m|dl|rt|pthread|util|z|gomp|quadmath|gcc_s|stdc\+\+|cudart)\.so|ld-linux")
# Libraries that give their functions no versions, and how those are called.
UNVERSIONED = {
    "libcusparseLt": "cusparseLt",
    "libnccl": "p?nccl[A-Z]",
    "libcufile": "cuFile",
    "libcuda": "cu(?!File)[A-Z]",
}


def lines(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def main(site):
    folder = site / "torch" / "lib"
    runtime = next((site / "nvidia").glob("**/libcudart.so.*"))
    shutil.copy(runtime, folder / runtime.name)
    wanted, versions, undefined = set(), {}, set()
    for library in folder.glob("*.so*"):
        for line in lines("readelf", "-dW", library):
            if needed := re.search(r"\(NEEDED\).*\[(.*)\]", line):
                wanted.add(needed[1])
        file = None
        for line in lines("readelf", "-VW", library):
            file = found[1] if (found := re.search(r"File: (\S+)", line)) else file
            if (name := re.search(r"Name: (\S+)", line)) and file:
                versions.setdefault(file, set()).add(name[1])
        undefined |= {line.split()[-1] for line in lines("nm", "-D", "--undefined-only", library) if " U " in line}
    for name in sorted(name for name in wanted if not PRESENT.match(name) and not (folder / name).exists()):
        stand_in(folder / name, versions.get(name, set()), undefined)


def stand_in(path, versions, undefined):
    stem = path.name.split(".")[0]
    parts = {version: {name.split("@")[0] for name in undefined if name.endswith("@" + version)} for version in versions}
    if not parts:
        begin = UNVERSIONED.get(stem, "$")
        parts = {None: {name for name in undefined if "@" not in name and re.match(begin, name)}}
    functions = sorted(set().union(*parts.values()))
    source = path.with_suffix(".c")
    source.write_text("".join(f"long {name}(void) {{ return 0; }}\n" for name in functions) or "int empty;\n")
    script = path.with_suffix(".map")
    blocks = [f"{version} {{ global: {'; '.join(sorted(names))}; }};" for version, names in parts.items() if version and names]
    script.write_text("\n".join(blocks) or "{ global: *; };")
    command = ["cc", "-w", "-fno-builtin", "-shared", "-fPIC", "-o", path, f"-Wl,-soname,{path.name}"]
    subprocess.run([*command, f"-Wl,--version-script={script}", source], check=True)
    source.unlink()
    script.unlink()
    print(f"{path.name}: {len(functions)} functions that do nothing")


main(Path(sys.argv[1]))
