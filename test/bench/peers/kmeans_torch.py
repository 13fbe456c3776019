"""LPCAM's k-means in PyTorch, rows in memory as float32.

`product`: as one would write it who looks for speed: one matrix product for the cosines, sums by `index_add_`.
`element-wise`: as published: every row times every centre, element by element, [rows, K, C], then summed.
"""

import json
import sys

import turns

task = json.loads(sys.argv[1])
np, torch = turns.load("numpy", "torch")
torch.set_num_threads(task["threads"])
torch.set_grad_enabled(False)

halves = np.fromfile(task["rows"], dtype=np.float16).reshape(task["count"], task["channels"])
rows = torch.from_numpy(halves.astype(np.float32))
del halves
start = rows[torch.tensor(task["initialRows"])].clone()
lengths = rows.norm(dim=1, keepdim=True).clamp_min(1e-8)


def unit(vectors):
    return vectors / vectors.norm(dim=-1, keepdim=True).clamp_min(1e-8)


def product_step(centres):
    labels = (rows @ unit(centres).T / lengths).argmax(dim=1)
    sums = torch.zeros_like(centres).index_add_(0, labels, rows)
    return sums / torch.bincount(labels, minlength=len(centres))[:, None]


def element_wise_step(centres):
    products = unit(rows)[:, None, :] * unit(centres)[None, :, :]
    labels = products.sum(dim=-1).argmax(dim=1)
    del products
    return torch.stack([rows[labels == k].mean(dim=0) for k in range(len(centres))])


step = product_step if task["way"] == "product" else element_wise_step


def turn(request):
    centres = start
    for _ in range(request["iterations"]):
        centres = step(centres)
    return lambda: centres.numpy().tofile(request["centres"])


turns.take_turns(f"PyTorch {torch.__version__}, {turns.blas()}", turn)
