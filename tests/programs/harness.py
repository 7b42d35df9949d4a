"""Runs exported programs in folders and says what they found, one line of JSON per folder.

The programs run as a visitor would run them, only one after the other in one process, because importing a
framework takes longer than training. A folder holds `train.py` and `data.safetensors`, or, for the argument
`weights`, the files `model.safetensors` and `model.onnx` with `inputs.npy`.
"""

import contextlib
import io
import json
import runpy
import sys
from pathlib import Path


def program(folder):
    script = folder / "train.py"
    notebook = folder / "train.ipynb"
    if not script.exists():
        # A notebook is its code cells in their order.
        cells = json.loads(notebook.read_text())["cells"]
        script = folder / "notebook.py"
        script.write_text("\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"))
    with contextlib.redirect_stdout(io.StringIO()):
        found = runpy.run_path(str(script), run_name="__main__")
    logits = found["first_logits"]
    return {"logits": [float(logit) for logit in logits.reshape(-1)], **found["result"]}


def weights(folder):
    import numpy as np
    import onnxruntime
    import safetensors.numpy

    inputs = np.load(folder / "inputs.npy")
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    logits = session.run(["logits"], {"inputs": inputs})[0]
    tensors = safetensors.numpy.load_file(folder / "model.safetensors")
    shapes = {name: list(tensor.shape) for name, tensor in tensors.items()}
    return {"logits": [float(logit) for logit in logits.reshape(-1)], "shapes": shapes}


def main(kind, folders):
    if kind == "pytorch":
        import torch

        torch.set_num_threads(1)
    run = weights if kind == "weights" else program
    for folder in folders:
        print(json.dumps({"folder": folder, **run(Path(folder))}), flush=True)


main(sys.argv[1], sys.argv[2:])
