"""Runs torchvision's models on weights and images that zoo_references.ts wrote, and prints the lines of its table."""
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from torchvision.models import get_model, list_models

folder = Path(sys.argv[1])
for path in sorted(folder.glob("*.safetensors")):
    name, weights = path.stem, load_file(path)
    if name not in list_models():
        continue
    images = load_file(path.with_suffix(".images"))["images"].double()
    options = {"weights": None, "num_classes": 3}
    if name.startswith(("fcn", "deeplabv3", "lraspp")):
        options["weights_backbone"] = None
    if name.startswith("vit"):
        options["image_size"] = images.shape[-1]
    if name in ("googlenet", "inception_v3"):
        options |= {"init_weights": False, "aux_logits": any("aux" in key.lower() for key in weights)}
    model = get_model(name, **options)
    if name.startswith("vit"):
        depth = sum(key.endswith("ln_1.weight") for key in weights)
        model.encoder.layers = model.encoder.layers[:depth]
    state = model.state_dict(keep_vars=True)
    assert state.keys() == weights.keys(), (name, state.keys() ^ weights.keys())
    for key, value in weights.items():
        state[key].data = value  # layers that the tests made narrower become so
    with torch.no_grad():
        result = model.double().eval()(images)
    values = (result["out"] if isinstance(result, dict) else result).flatten()
    six = [values[i * (len(values) - 1) // 5].item() for i in range(6)]
    print(f"  {name}: [{', '.join(f'{v:.8g}' for v in six)}],")
