"""CAM and LPCAM seeds of the demo study in plain PyTorch and NumPy: an implementation of its own, to check the product by.

    python3 demo/training/reference_scores.py     writes demo/reference_scores.json and prints it

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
THRESHOLDS = [round(0.05 * step, 2) for step in range(1, 20)]


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


def lpcam(found, prototypes, height, width):
    """High-resolution LPCAM of one class, `[H, W]` in 0..1, from its (class, context) prototypes."""
    maps = []
    for pair in found:
        both = F.normalize(pair[0] + pair[1].flip(2), dim=0, eps=1e-8)
        similarities = [
            torch.einsum("pc,chw->phw", F.normalize(kind, dim=1, eps=1e-8), both).mean(0, keepdim=True)
            for kind in prototypes
            if len(kind)
        ]
        one = torch.relu(similarities[0] - similarities[1]) if len(similarities) == 2 else similarities[0]
        maps.append(upsample(one, height, width))
    mean = torch.stack(maps).mean(0)[0]
    top = mean.max()
    return mean / top if top > 0 else mean


def cluster(rows, count, generator, tolerance=5.0, limit=100):
    """k-means with cosine assignment and plain means, `[K, C]`; an empty cluster restarts at the farthest row."""
    count = min(count, len(rows))
    centres = rows[torch.randperm(len(rows), generator=generator)[:count]]
    unit = F.normalize(rows, dim=1, eps=1e-8)
    for _ in range(limit):
        best, nearest = (unit @ F.normalize(centres, dim=1, eps=1e-8).T).max(1)
        sums = F.one_hot(nearest, count).float().T @ rows
        sizes = torch.bincount(nearest, minlength=count)
        moved = sums / sizes.clamp(min=1)[:, None]
        for empty in (sizes == 0).nonzero()[:, 0]:
            moved[empty] = rows[best.argmin()]
            best[best.argmin()] = 1
        shift = (moved - centres).norm(dim=1).sum() ** 2
        centres = moved
        if shift < tolerance:
            break
    return centres


def split_rows(network, index, tau):
    """Foreground and background rows of one class over the train images that hold it."""
    foreground, background = [], []
    for name in study.ids("train"):
        if not study.label(name)[index]:
            continue
        pixels = study.picture(name)
        height, width = pixels.shape[:2]
        found = features_of_scales(network, pixels)
        block = found[0][0]
        small = F.interpolate(cam(network, found, [index], height, width)[None], block.shape[1:], mode="nearest")[0, 0]
        rows = block.flatten(1).T
        foreground.append(rows[small.flatten() > tau])
        background.append(rows[small.flatten() < tau])
    return torch.cat(foreground), torch.cat(background)


def gate(network, centres, index, low, high):
    weights = network.classifier.weight[:, :, 0, 0]
    score = torch.softmax(centres @ weights.T, 1)[:, index]
    return centres[(score > low) & (score < high)], score


def prototypes(network, rows, options, seed):
    """Per class (class prototypes, context prototypes)."""
    generator = torch.Generator().manual_seed(seed)
    kept = []
    for index, (foreground, background) in enumerate(rows):
        inside = cluster(foreground, options["k"], generator)
        outside = cluster(background, options["k"], generator)
        own, scores = gate(network, inside, index, options["class"], 2)
        if not len(own):
            own = inside[scores.argmax()][None]
        context, outside_scores = gate(network, outside, index, *options["context"])
        if options["verbose"]:
            print(study.CLASSES[index], len(own), len(context), np.round(sorted(scores.tolist()), 2), np.round(sorted(outside_scores.tolist()), 2))
        kept.append((own, context))
    return kept


class Score:
    """One confusion matrix per threshold, over all images."""

    def __init__(self):
        self.size = len(study.CLASSES) + 1
        self.matrices = {threshold: np.zeros((self.size, self.size)) for threshold in THRESHOLDS}

    def add(self, maps, classes, truth):
        keys = np.array([0] + [index + 1 for index in classes])
        valid = truth != 255
        for threshold, matrix in self.matrices.items():
            floor = np.full((1, *maps.shape[1:]), threshold, np.float32)
            seed = keys[np.concatenate([floor, maps]).argmax(0)]
            pairs = self.size * truth[valid].astype(int) + seed[valid]
            matrix += np.bincount(pairs, minlength=self.size**2).reshape(self.size, self.size)

    def at(self, threshold):
        matrix = self.matrices[threshold]
        both = np.diag(matrix)
        truth, seed = matrix.sum(1), matrix.sum(0)
        union = truth + seed - both
        with np.errstate(invalid="ignore"):
            iou = both / union
            return {
                "threshold": threshold,
                "miou": round(100 * np.nanmean(iou), 3),
                "fp": round(100 * np.nanmean(1 - truth[1:] / union[1:]), 3),
                "fn": round(100 * np.nanmean(1 - seed[1:] / union[1:]), 3),
                "iou": dict(zip(["background", *study.CLASSES], np.round(100 * iou, 2).tolist())),
            }

    def best(self):
        return max((self.at(threshold) for threshold in THRESHOLDS), key=lambda one: one["miou"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkpoint", default=str(study.FOLDER / "checkpoints" / "demo_cam.pth"))
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--out", default=str(study.FOLDER / "reference_scores.json"))
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--k", type=int)
    parser.add_argument("--tau", type=float)
    args = parser.parse_args()
    settings = json.loads((study.FOLDER / "lpcam.json").read_text())
    options = {
        "k": args.k or settings["clustering"]["k"],
        "tau": args.tau or settings["clustering"]["split"],
        "class": settings["gates"]["class"],
        "context": settings["gates"]["context"],
        "verbose": args.verbose,
    }
    torch.set_num_threads(2)
    torch.set_grad_enabled(False)
    network = CamNetwork(len(study.CLASSES))
    network.load_state_dict(torch.load(args.checkpoint))
    network.eval()

    val, right, plain = [], [], Score()
    for name in study.ids("val"):
        pixels = study.picture(name)
        height, width = pixels.shape[:2]
        classes = study.label(name).nonzero()[:, 0].tolist()
        found = features_of_scales(network, pixels)
        logits = network(study.network_input(pixels)[None])[0]
        right.append(((logits > 0).float() == study.label(name)).numpy())
        plain.add(cam(network, found, classes, height, width).numpy(), classes, study.mask(name))
        val.append((name, classes, height, width, found))
    right = np.stack(right)
    report = {
        "images": len(val),
        "accuracy": {"pairs": round(100 * float(right.mean()), 3), "sets": round(100 * float(right.all(1).mean()), 3)},
        "cam": plain.best(),
        "lpcam": [],
    }
    print(json.dumps(report), flush=True)

    rows = [split_rows(network, index, options["tau"]) for index in range(len(study.CLASSES))]
    for seed in range(args.seeds):
        kept = prototypes(network, rows, options, seed)
        score = Score()
        for name, classes, height, width, found in val:
            maps = torch.stack([lpcam(found, kept[index], height, width) for index in classes])
            score.add(maps.numpy(), classes, study.mask(name))
        best = {"seed": seed, "prototypes": [[len(one) for one in pair] for pair in kept], **score.best()}
        report["lpcam"].append(best)
        print(json.dumps(best), flush=True)
    with open(args.out, "w") as file:
        json.dump(report, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
