"""CAM and LPCAM seeds of the demo study in plain PyTorch and NumPy: an implementation of its own, to check the product by.

    python3 demo/training/reference_scores.py     writes demo/out/reference_scores.json and prints it (a few minutes)

Seeds are scored on val, from one confusion matrix over all images, at thresholds .05 to .95 in steps of .05. The image-level
labels are given. Paper: arXiv 2303.10334; the published code's order of operations and sizes.
"""
import argparse
import json

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

import study
from network import CamNetwork

SCALES = (1.0, 0.5, 1.5, 2.0)
THRESHOLDS = np.array([round(0.05 * step, 2) for step in range(1, 20)], np.float32)


def features_of_scales(network, pixels):
    """Per scale the features of the picture and of its mirror image, `[2, C, h, w]`."""
    height, width = pixels.shape[:2]
    found = []
    for scale in SCALES:
        resized = pixels
        if scale != 1:
            size = (int(np.round(width * scale)), int(np.round(height * scale)))
            resized = np.asarray(Image.fromarray(pixels).resize(size, Image.BICUBIC))
        image = study.network_input(resized)
        found.append(network.features(torch.stack([image, image.flip(2)])))
    return found


def upsample(maps, height, width):
    """Maps `[M, h, w]` to `[M, H, W]`: bilinear to the next multiples of 16, then cropped."""
    size = ((height - 1) // 16 + 1) * 16, ((width - 1) // 16 + 1) * 16
    return F.interpolate(maps[None], size, mode="bilinear", align_corners=False)[0, :, :height, :width]


def cam(network, found, classes, height, width):
    """High-resolution CAM of the given classes, `[M, H, W]` in 0..1."""
    total = 0
    for pair in found:
        maps = torch.relu(network.classifier(pair))[:, classes]
        total = total + upsample(maps[0] + maps[1].flip(2), height, width)
    return total / (total.amax((1, 2), keepdim=True) + 1e-5)


def lpcam(units, directions, subtracts, height, width):
    """High-resolution LPCAM `[M, H, W]` in 0..1 of M classes.

    `units` are the scales' features of picture and mirror, summed and of length 1. A mean of cosines is one dot product
    with the mean unit prototype, so `directions` `[M, C]` holds the class prototypes' mean less the context prototypes'.
    Classes that have context to subtract end in a ReLU, as in the published code; the others do not.
    """
    total = 0
    for unit in units:
        maps = F.conv2d(unit[None], directions[:, :, None, None])[0]
        maps = torch.where(subtracts[:, None, None], torch.relu(maps), maps)
        total = total + upsample(maps, height, width)
    total = total / len(units)
    top = total.amax((1, 2), keepdim=True)
    return torch.where(top > 0, total / top, total)


def unit_rows(rows):
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-8)


def cluster(rows, count, random, tolerance, limit):
    """k-means with cosine assignment and plain means, `[K, C]`; an empty cluster restarts at the farthest row."""
    count = min(count, len(rows))
    centres = rows[random.permutation(len(rows))[:count]]
    units = unit_rows(rows)
    places = np.arange(len(rows))
    for _ in range(limit):
        cosines = units @ unit_rows(centres).T
        nearest, best = cosines.argmax(1), cosines.max(1)
        members = np.zeros((count, len(rows)), np.float32)
        members[nearest, places] = 1
        sizes = members.sum(1)
        moved = members @ rows / np.maximum(sizes, 1)[:, None]
        for empty in np.nonzero(sizes == 0)[0]:
            moved[empty] = rows[best.argmin()]
            best[best.argmin()] = 1
        shift = np.linalg.norm(moved - centres, axis=1).sum() ** 2
        centres = moved
        if shift < tolerance:
            break
    return centres


def split_rows(network, split):
    """Per class the (foreground, background) rows at scale 1 of the train images that hold it, CAM above or below `split`."""
    rows = [([], []) for _ in study.CLASSES]
    for name in study.ids("train"):
        pixels = study.picture(name)
        classes = study.label(name).nonzero()[:, 0].tolist()
        found = features_of_scales(network, pixels)
        block = found[0][0]
        maps = cam(network, found, classes, *pixels.shape[:2])
        small = F.interpolate(maps[None], block.shape[1:], mode="nearest")[0].flatten(1).numpy()
        positions = block.flatten(1).T.numpy()
        for index, values in zip(classes, small):
            rows[index][0].append(positions[values > split])
            rows[index][1].append(positions[values < split])
    return [tuple(np.concatenate(part) for part in pair) for pair in rows]


def probability(network, centres, index):
    """p(class) of centres `[K]`: softmax over their raw dot products with the classifier."""
    weights = network.classifier.weight[:, :, 0, 0]
    return torch.softmax(torch.from_numpy(centres) @ weights.T, 1)[:, index].numpy()


def prototypes(network, rows, settings, seed, verbose):
    """Per class (class prototypes, context prototypes)."""
    random = np.random.default_rng(seed)
    clustering, gates = settings["clustering"], settings["gates"]
    kept = []
    for index, pair in enumerate(rows):
        inside, outside = (
            cluster(part, clustering["k"], random, clustering["tolerance"], clustering["maxIterations"]) for part in pair
        )
        own_scores, context_scores = (probability(network, centres, index) for centres in (inside, outside))
        own = inside[own_scores > gates["class"]]
        if not len(own):
            own = inside[[own_scores.argmax()]]
        low, high = gates["context"]
        context = outside[(context_scores > low) & (context_scores < high)]
        if verbose:
            print(study.CLASSES[index], np.sort(own_scores).round(2), np.sort(context_scores).round(2))
        kept.append((own, context))
    return kept


class Score:
    """One confusion matrix per threshold, over all images."""

    def __init__(self):
        self.size = len(study.CLASSES) + 1
        self.counts = np.zeros((self.size, self.size, len(THRESHOLDS) + 1))

    def add(self, maps, classes, truth):
        """Counts pixels by (mask, strongest class, number of thresholds below its value)."""
        ids = np.array(classes)[maps.argmax(0)] + 1
        passed = np.searchsorted(THRESHOLDS, maps.max(0), side="left")
        valid = truth != 255
        keys = (truth.astype(int) * self.size + ids) * (len(THRESHOLDS) + 1) + passed
        self.counts += np.bincount(keys[valid], minlength=self.counts.size).reshape(self.counts.shape)

    def at(self, step):
        matrix = self.counts[:, :, step + 1 :].sum(2)
        matrix[:, 0] += self.counts[:, :, : step + 1].sum((1, 2))
        both = np.diag(matrix)
        truth, seed = matrix.sum(1), matrix.sum(0)
        union = truth + seed - both
        with np.errstate(invalid="ignore"):
            iou = both / union
            return {
                "threshold": round(float(THRESHOLDS[step]), 2),
                "miou": round(100 * np.nanmean(iou), 3),
                "fp": round(100 * np.nanmean(1 - truth[1:] / union[1:]), 3),
                "fn": round(100 * np.nanmean(1 - seed[1:] / union[1:]), 3),
                "iou": dict(zip(["background", *study.CLASSES], np.round(100 * iou, 2).tolist())),
            }

    def best(self):
        return max((self.at(step) for step in range(len(THRESHOLDS))), key=lambda one: one["miou"])

    def near(self, threshold):
        return self.at(int(np.abs(THRESHOLDS - threshold).argmin()))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkpoint", default=str(study.FOLDER / "checkpoints" / "demo_cam.pth"))
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    settings = json.loads((study.FOLDER / "lpcam.json").read_text())
    torch.set_num_threads(args.threads)
    torch.set_grad_enabled(False)
    network = CamNetwork(len(study.CLASSES))
    network.load_state_dict(torch.load(args.checkpoint))
    network.eval()

    val, right, plain = [], [], Score()
    for name in study.ids("val"):
        pixels, truth = study.picture(name), study.mask(name)
        classes = study.label(name).nonzero()[:, 0].tolist()
        found = features_of_scales(network, pixels)
        logits = network.classifier(found[0][:1].mean((2, 3), keepdim=True)).flatten()
        right.append(((logits > 0).float() == study.label(name)).numpy())
        plain.add(cam(network, found, classes, *truth.shape).numpy(), classes, truth)
        units = [F.normalize(pair[0] + pair[1].flip(2), dim=0, eps=1e-8) for pair in found]
        val.append((classes, units, truth))
    right = np.stack(right)
    report = {
        "images": len(val),
        "accuracy": {"pairs": round(100 * float(right.mean()), 3), "sets": round(100 * float(right.all(1).mean()), 3)},
        "cam": plain.best(),
        "camAtSeedThreshold": plain.near(settings["seeds"]["threshold"]),
        "lpcam": [],
    }
    print(json.dumps(report), flush=True)

    rows = split_rows(network, settings["clustering"]["split"])
    for seed in range(args.seeds):
        kept = prototypes(network, rows, settings, seed, args.verbose)
        subtracts = torch.tensor([len(context) > 0 for _, context in kept])
        directions = torch.from_numpy(
            np.stack([unit_rows(own).mean(0) - (unit_rows(context).mean(0) if len(context) else 0) for own, context in kept])
        )
        score = Score()
        for classes, units, truth in val:
            score.add(lpcam(units, directions[classes], subtracts[classes], *truth.shape).numpy(), classes, truth)
        best = {"seed": seed, "prototypes": [[len(one) for one in pair] for pair in kept], **score.best()}
        report["lpcam"].append(best)
        print(json.dumps(best), flush=True)
    target = study.FOLDER / "out" / "reference_scores.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
