"""The demo study's CAM network: a small residual network of stride 8 with a 1x1 classifier after global average pooling.

A position sees 31 x 31 pixels and no more. A larger field would let the head's features spill over its surroundings, and a
cosine does not mind how faint they are there.
"""
import torch
from torch import nn


def conv(inputs, outputs, kernel, stride=1):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
    )


class Bottleneck(nn.Module):
    """1x1, 3x3 (or another), 1x1 beside a shortcut. The ReLU comes last, so that features are >= 0."""

    def __init__(self, inputs, outputs, stride=1, kernel=3):
        super().__init__()
        inner = outputs // 2
        self.conv1 = conv(inputs, inner, 1)
        self.conv2 = conv(inner, inner, kernel, stride)
        self.conv3 = conv(inner, outputs, 1)
        plain = inputs == outputs and stride == 1
        self.shortcut = nn.Identity() if plain else conv(inputs, outputs, 1, stride)

    def forward(self, x):
        y = torch.relu(self.conv1(x))
        y = torch.relu(self.conv2(y))
        return torch.relu(self.conv3(y) + self.shortcut(x))


class CamNetwork(nn.Module):
    """Images `[N, 3, H, W]` (RGB / 255, ImageNet mean and deviation) to logits `[N, classes]`."""

    def __init__(self, classes, width=128):
        super().__init__()
        self.stem = nn.Sequential(conv(3, 16, 3, 2), nn.ReLU(), conv(16, 48, 3, 2), nn.ReLU())
        self.stages = nn.Sequential(
            Bottleneck(48, width, 2),
            Bottleneck(width, width),
            Bottleneck(width, width, kernel=1),
            Bottleneck(width, width, kernel=1),
        )
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Conv2d(width, classes, 1, bias=False)

    def features(self, x):
        """The last feature map after its ReLU, `[N, width, ceil(H / 8), ceil(W / 8)]`."""
        return self.stages(self.stem(x))

    def forward(self, x):
        return self.classifier(self.pool(self.features(x))).flatten(1)
