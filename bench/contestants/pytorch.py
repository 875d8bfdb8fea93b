"""PyTorch as a contestant: takes requests from standard input, one JSON object a line, and answers on standard output.

The first argument is the number of threads; `cases.json`, the second, has the Python of every case by name; the third is
the device, `cpu` or `cuda`, or `reference`: the results in f64.
"""
import json
import math
import sys
import time
import traceback

import torch
import torch.nn.functional as F

torch.set_num_threads(int(sys.argv[1]))
with open(sys.argv[2]) as file:
    cases = json.load(file)
REFERENCE = sys.argv[3] == "reference"
DEVICE = "cpu" if REFERENCE else sys.argv[3]
WIDE = torch.float64 if REFERENCE else torch.float32
if DEVICE == "cuda":
    # Eager f32, without the shorter products of tensor cores.
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
DTYPES = {"f32": torch.float32, "i32": torch.int32}
state = {}


def load(path, places):
    with open(path, "rb") as file:
        raw = bytearray(file.read())
    at, out = 0, []
    for place in places:
        n = math.prod(place["shape"])
        x = torch.frombuffer(raw, dtype=DTYPES[place["dtype"]], count=n, offset=at) if n else torch.empty(0)
        x = x.clone().reshape(place["shape"]).to(DEVICE)
        out.append(x.to(WIDE) if x.is_floating_point() else x)
        at += 4 * n
    return out


def wait():
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def sample(count):
    call, inputs, carry = state["call"], state["inputs"], state["carry"]
    worked, began = time.process_time(), time.perf_counter()
    for _ in range(count):
        results = call(*inputs)
        inputs[:carry] = results[:carry]
    wait()
    taken = time.perf_counter() - began
    return {"ms": taken * 1000 / count, "cpu": (time.process_time() - worked) * 1000 / count}


def prepare(request):
    case = cases[request["case"]]
    scope = {"torch": torch, "F": F}
    exec(case["torch"], scope)
    inputs = load(request["from"], request["inputs"])
    worked, began = time.process_time(), time.perf_counter()
    results = scope["call"](*inputs)
    wait()
    first = {"ms": (time.perf_counter() - began) * 1000, "cpu": (time.process_time() - worked) * 1000}
    with open(request["to"], "wb") as file:
        for x in results:
            file.write(x.detach().to(WIDE).cpu().contiguous().numpy().tobytes())
    carry = case["carry"]
    inputs[:carry] = results[:carry]
    state.update(call=scope["call"], inputs=inputs, carry=carry, queued=1)
    if not case["first"] and not REFERENCE:
        sample(1)
        once = min(sample(1)["ms"], sample(1)["ms"])
        state["queued"] = case["queued"] or max(1, min(200, math.ceil((120 if DEVICE == "cuda" else 4) / once)))
    return {"outputs": [{"shape": list(x.shape), "dtype": "f32"} for x in results], "first": first}


def run(request):
    samples, until = [], time.perf_counter() + request["ms"] / 1000
    while not samples or time.perf_counter() < until:
        samples.append(sample(state["queued"]))
    return {"samples": samples, "queued": state["queued"]}


def answer(request):
    if request["do"] == "prepare":
        return prepare(request)
    if request["do"] == "run":
        return run(request)
    state.clear()
    return None


for line in sys.stdin:
    try:
        reply = {"ok": answer(json.loads(line))}
    except Exception:
        reply = {"error": traceback.format_exc()}
    print(json.dumps(reply), flush=True)
