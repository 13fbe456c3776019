"""Trains the demo study's CAM network on image-level labels and writes demo/checkpoints/demo_cam.{pth,onnx}.

    python3 demo/training/train.py        (PyTorch >= 1.13, NumPy, Pillow; a few minutes on two cores)
"""
import argparse
import random
import time

import numpy as np
import torch
import torch.nn.functional as F

import study
from network import CamNetwork


BATCH = 16
# Longer sides in training, so that heads come in all sizes; inference looks at 92 to 608 pixels.
SIZES = (144, 184, 224, 272)
# Targets are .1 and .9, so the loss asks for logits of about 2 either way and no more. Averaging over a picture makes a
# head's local logits some twenty times the picture's; with targets of 0 and 1 p(class) of nearly every centre would be
# 0 or 1, and the published gates (.9; .05 to .9) could not tell prototypes apart.
SMOOTHING = 0.2
# A picture holds one or two classes of seven: what is there counts twice.
PRESENT = 2.0


def batches(images, size, generator):
    """Batches of one orientation, so that nothing is padded or cut."""
    groups = {}
    for index in generator.sample(range(len(images)), len(images)):
        height, width = images[index].shape[1:]
        groups.setdefault(height > width, []).append(index)
    made = []
    for upright, group in groups.items():
        made += [(upright, group[at : at + size]) for at in range(0, len(group), size)]
    generator.shuffle(made)
    return made


def augment(image, height, width, generator):
    """Cuts up to 8% off each side, resizes, mirrors and shifts colours. 8-bit `[3, H, W]` to floats in 0..1."""
    _, h, w = image.shape
    top, bottom = (int(generator.uniform(0, 0.06) * h) for _ in range(2))
    left, right = (int(generator.uniform(0, 0.02) * w) for _ in range(2))
    image = image[:, top : h - bottom, left : w - right].float().div(255)[None]
    image = F.interpolate(image, (height, width), mode="bilinear", align_corners=False, antialias=True)[0]
    if generator.random() < 0.5:
        image = image.flip(2)
    gain = torch.tensor([generator.uniform(0.94, 1.06) for _ in range(3)]).view(3, 1, 1)
    grey = image.mean(0, keepdim=True)
    image = grey + (image - grey) * generator.uniform(0.75, 1.25)
    image = image * gain * generator.uniform(0.9, 1.1)
    image = (image - 0.5) * generator.uniform(0.9, 1.12) + 0.5
    return image.clamp(0, 1)


def accuracy(network):
    """Shares of image-label pairs and of whole label sets that are right on val at logit > 0, scale 1."""
    network.eval()
    right = []
    with torch.no_grad():
        for name in study.ids("val"):
            logits = network(study.network_input(study.picture(name))[None])[0]
            right.append(((logits > 0).float() == study.label(name)).numpy())
    right = np.stack(right)
    return right.mean(), right.all(1).mean()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=45)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", default=str(study.FOLDER / "checkpoints"))
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    torch.use_deterministic_algorithms(True)
    generator = random.Random(args.seed)
    names = study.ids("train")
    images = [torch.from_numpy(study.picture(name).copy()).permute(2, 0, 1) for name in names]
    labels = torch.stack([study.label(name) for name in names])
    targets = labels * (1 - SMOOTHING) + SMOOTHING / 2
    network = CamNetwork(len(study.CLASSES)).to(memory_format=torch.channels_last)
    # Global average pooling thins the head's evidence out over the whole picture, so the classifier learns faster.
    backbone = [*network.stem.parameters(), *network.stages.parameters()]
    groups = [{"params": backbone}, {"params": network.classifier.parameters()}]
    optimizer = torch.optim.AdamW(groups, lr=2e-3, weight_decay=0.1)
    steps = args.epochs * len(batches(images, BATCH, random.Random(0)))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, [2e-3, 8e-3], total_steps=steps, pct_start=0.15)
    started = time.time()
    for epoch in range(args.epochs):
        network.train()
        total = 0.0
        parts = batches(images, BATCH, generator)
        for upright, chosen in parts:
            long = generator.choice(SIZES)
            short = int(long * generator.uniform(0.72, 0.86))
            height, width = (long, short) if upright else (short, long)
            batch = torch.stack([augment(images[index], height, width, generator) for index in chosen])
            maps = network.classifier(network.features(((batch - study.MEAN) / study.STD).contiguous(memory_format=torch.channels_last)))
            logits = maps.mean((2, 3))
            loss = F.binary_cross_entropy_with_logits(logits, targets[chosen], pos_weight=torch.tensor(PRESENT))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        if epoch % 5 == 4 or epoch == args.epochs - 1:
            pairs, sets = accuracy(network)
            print(
                f"epoch {epoch + 1} loss {total / len(parts):.4f} val pairs {pairs:.4f} sets {sets:.4f}"
                f" ({time.time() - started:.0f} s)",
                flush=True,
            )
    network.eval().to(memory_format=torch.contiguous_format)
    save(network, args.out)


def save(network, folder):
    """Writes the checkpoint in both formats."""
    torch.save(network.state_dict(), f"{folder}/demo_cam.pth")
    torch.onnx.export(
        network,
        torch.zeros(1, 3, 224, 288),
        f"{folder}/demo_cam.onnx",
        opset_version=13,
        # Weights keep their names, so that the same file is a graph for the state dict beside it.
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
        input_names=["image"],
        output_names=["logits"],
        dynamic_axes={"image": {0: "N", 2: "H", 3: "W"}, "logits": {0: "N"}},
    )


if __name__ == "__main__":
    main()
