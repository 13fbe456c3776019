"""Spherical k-means of faiss. On rows of one length its centres point where LPCAM's do."""

import json
import sys

import turns

task = json.loads(sys.argv[1])
np, faiss = turns.load("numpy", "faiss")
faiss.omp_set_num_threads(task["threads"])

rows = np.fromfile(task["rows"], dtype=np.float16).reshape(task["count"], task["channels"]).astype(np.float32)
rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-8)
start = rows[task["initialRows"]].copy()


def turn(request):
    kmeans = faiss.Kmeans(
        task["channels"],
        len(start),
        niter=request["iterations"],
        spherical=True,
        # All rows: by default it takes some of them.
        max_points_per_centroid=len(rows),
        min_points_per_centroid=1,
    )
    kmeans.train(rows, init_centroids=start)
    return lambda: kmeans.centroids.astype(np.float32).tofile(request["centres"])


turns.take_turns(f"faiss {faiss.__version__}, {turns.blas()}", turn)
