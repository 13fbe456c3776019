"""The demo study as arrays: pictures, masks and labels by split."""
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image

FOLDER = Path(__file__).resolve().parent.parent
CLASSES = (FOLDER / "classes.txt").read_text().split()
LABELS = json.loads((FOLDER / "labels.json").read_text())
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)


def ids(split):
    return (FOLDER / "ImageSets" / "Segmentation" / f"{split}.txt").read_text().split()


def picture(name):
    """8-bit RGB, `[H, W, 3]`; EXIF orientation is not applied."""
    return np.array(Image.open(FOLDER / "JPEGImages" / f"{name}.jpg").convert("RGB"))


def mask(name):
    """Class ids `[H, W]`, 0 background."""
    return np.asarray(Image.open(FOLDER / "SegmentationClass" / f"{name}.png"))


def label(name):
    """One-hot labels `[classes]`."""
    return torch.tensor([float(one in LABELS[name]) for one in CLASSES])


def network_input(pixels):
    """8-bit `[H, W, 3]` to normalised `[3, H, W]`."""
    tensor = torch.from_numpy(np.array(pixels)).permute(2, 0, 1).float() / 255
    return (tensor - MEAN) / STD
