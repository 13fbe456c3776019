"""LPCAM of an image the straightforward way in PyTorch: the peer that `npm run bench -- --only image` measures against.

Written from the method's description: per scale the image and its mirror in one batch through the network, their
features added, one cosine per prototype, the mean over class prototypes less the mean over context prototypes, relu,
upsampled to the image's size, the mean over scales divided by its maximum.

Its task names a folder that the benchmark wrote: `network.json` (the backbone's nodes in order and its tensors' places),
`weights.bin`, `prototypes.bin` ([P, C], class prototypes first). A request names an image and where its map goes (float32,
[H, W]).
"""

import json
import sys
import time

from turns import load as load_modules
from turns import take_turns

np, torch, _, Image = load_modules("numpy", "torch", "PIL", "PIL.Image")
F = torch.nn.functional


def pair(values):
    return tuple(int(v) for v in values)


def same_pads(pads):
    """ONNX says begin and end of each axis, PyTorch one number for both."""
    top, left, bottom, right = pads
    if (top, left) != (bottom, right):
        raise ValueError(f"pads {pads} differ between begin and end")
    return (top, left)


class Backbone(torch.nn.Module):
    """The nodes of an ONNX graph as PyTorch's own operations, one after the other."""

    def __init__(self, description, tensors):
        super().__init__()
        self.input = description["input"]
        self.features = description["features"]
        self.nodes = description["nodes"]
        self.tensors = tensors
        # A tensor is let go of after its last use, as in a module's forward.
        last = {}
        for place, node in enumerate(self.nodes):
            for name in node["inputs"]:
                last[name] = place
        self.done = [[n for n in set(node["inputs"]) if last[n] == place] for place, node in enumerate(self.nodes)]

    def forward(self, image):
        values = {self.input: image}
        get = lambda name: self.tensors[name] if name in self.tensors else values[name]
        for node, done in zip(self.nodes, self.done):
            x, *rest = [get(name) if name else None for name in node["inputs"]]
            attributes = node["attributes"]
            op = node["op"]
            if op == "Conv":
                y = F.conv2d(
                    x,
                    rest[0],
                    rest[1] if len(rest) > 1 else None,
                    pair(attributes.get("strides", [1, 1])),
                    same_pads(pair(attributes.get("pads", [0, 0, 0, 0]))),
                    pair(attributes.get("dilations", [1, 1])),
                    int(attributes.get("group", 1)),
                )
            elif op == "BatchNormalization":
                scale, bias, mean, variance = rest
                y = F.batch_norm(x, mean, variance, scale, bias, False, 0.0, attributes.get("epsilon", 1e-5))
            elif op == "Relu":
                y = F.relu(x, inplace=False)
            elif op == "Clip":
                y = torch.clamp(x, float(rest[0]), float(rest[1]))
            elif op == "Add":
                y = x + rest[0]
            elif op == "MaxPool":
                y = F.max_pool2d(
                    x, pair(attributes["kernel_shape"]), pair(attributes["strides"]), same_pads(pair(attributes["pads"]))
                )
            else:
                raise ValueError(f"the peer has no {op}")
            for name in done:
                values.pop(name, None)
            values[node["output"]] = y
        return values[self.features]


def load(folder):
    with open(f"{folder}/network.json", encoding="utf-8") as file:
        description = json.load(file)
    with open(f"{folder}/weights.bin", "rb") as file:
        raw = file.read()
    tensors = {}
    for name, place in description["tensors"].items():
        count = int(np.prod(place["shape"], dtype=np.int64))
        values = np.frombuffer(raw, np.float32, count, place["offset"]).reshape(place["shape"])
        tensors[name] = torch.from_numpy(values.copy())
    prototypes = np.fromfile(f"{folder}/prototypes.bin", np.float32).reshape(-1, description["channels"])
    return description, Backbone(description, tensors).eval(), torch.from_numpy(prototypes)


def explain(description, backbone, prototypes, path):
    times = {"decode": 0.0, "resize": 0.0, "backbone": 0.0, "similarity": 0.0, "aggregate": 0.0}
    clock = time.perf_counter()

    def lap(part):
        nonlocal clock
        now = time.perf_counter()
        times[part] += (now - clock) * 1000
        clock = now

    image = Image.open(path).convert("RGB")
    width, height = image.size
    pixels = np.asarray(image)
    lap("decode")
    mean, std = np.array(description["mean"]), np.array(description["std"])
    count = description["classPrototypes"]
    total = None
    for scale in description["scales"]:
        size = (int(np.round(height * scale)), int(np.round(width * scale)))
        scaled = pixels if scale == 1 else np.asarray(image.resize(size[::-1], Image.BICUBIC))
        planes = ((scaled / 255 - mean) / std).transpose(2, 0, 1).astype(np.float32)
        batch = torch.from_numpy(np.stack([planes, np.flip(planes, -1)]))
        lap("resize")
        features = backbone(batch)
        feature = features[0] + features[1].flip(-1)
        lap("backbone")
        cosines = [F.cosine_similarity(feature, prototype[:, None, None], dim=0) for prototype in prototypes]
        cam = torch.stack(cosines[:count]).mean(0)
        if count < len(cosines):
            cam = F.relu(cam - torch.stack(cosines[count:]).mean(0))
        lap("similarity")
        full = ((height - 1) // 16 + 1) * 16, ((width - 1) // 16 + 1) * 16
        large = F.interpolate(cam[None, None], full, mode="bilinear", align_corners=False)[0, 0, :height, :width]
        total = large if total is None else total + large
        lap("aggregate")
    result = total / len(description["scales"])
    result = result / result.max()
    lap("aggregate")
    return result, times


def main():
    task = json.loads(sys.argv[1])
    torch.set_num_threads(task["threads"])
    loaded = load(task["folder"])

    def turn(request):
        with torch.no_grad():
            result, times = explain(*loaded, request["image"])

        def finish():
            result.numpy().astype(np.float32).tofile(request["map"])
            return times

        return finish

    take_turns(f"PyTorch {torch.__version__}", turn)


main()
