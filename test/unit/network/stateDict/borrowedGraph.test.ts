/** Weights of a network that is not known, with the graph of an export (test/fixtures/networks/make.py). */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { decodeModel } from '../../../../src/formats/onnx';
import { bytesSource } from '../../../../src/formats/rangeSource';
import { loadCamNetwork } from '../../../../src/network/loadNetwork';
import { buildMapsGraph } from '../../../../src/network/mapsGraph';
import { withWeights } from '../../../../src/network/stateDict/borrowedGraph';
import { readStateDict } from '../../../../src/network/stateDict/readStateDict';
import { floats, run } from '../../../golden/support/builtNetwork';
import { ruledInput } from '../../../golden/support/ruledWeights';
import { fixture, sampleDifference, type Sample } from '../../../golden/support/sample';
import { changed } from './tinyDicts';

const reference = fixture('custom.json') as { readonly input: readonly number[]; readonly logits: Sample };

function bytesOf(name: string): Uint8Array {
  return readFileSync(fileURLToPath(new URL(`../../../fixtures/networks/${name}`, import.meta.url)));
}

function open(weights: string, graph: string, needed: boolean) {
  const choice = { features: null, classifier: null };
  const source = bytesSource(bytesOf(graph));
  return loadCamNetwork(bytesOf(weights), weights, {
    ...choice,
    graph: { source, file: `/x/${graph}`, needed },
  });
}

describe('weights of a network of somebody', () => {
  it('take the graph of an export of other weights, whose equal weights were kept once', async () => {
    const untrained = decodeModel(bytesOf('custom.onnx'), 'custom.onnx');
    // Otherwise this test would not test it.
    expect(untrained.graph.nodes.some((node) => node.op === 'Identity')).toBe(true);
    const network = open('custom.pth', 'custom.onnx', false);
    expect(network).toMatchObject({
      channels: 6,
      classes: 4,
      classifier: 'head.weight',
      origin: null,
      producer: 'PyTorch, graph of custom.onnx',
    });
    const image = new ort.Tensor('float32', ruledInput(reference.input), [...reference.input]);
    const graph = buildMapsGraph(network, { mirror: false, similarity: false, feature: false });
    expect(sampleDifference(floats(await run(graph, { image }), 'logits'), reference.logits)).toBeLessThan(
      1e-5,
    );
  });

  it('are refused with a graph that merged its normalisations, and told how to export it', () => {
    for (const needed of [true, false])
      expect(() => open('custom.pth', 'custom_folded.onnx', needed)).toThrow(
        /custom_folded\.onnx: is no graph for custom\.pth: .*onnx::Conv.*do_constant_folding=False/,
      );
  });

  it('are still called unknown when the graph beside them is another network', () => {
    expect(() => open('custom.pth', 'custom_folded.onnx', false)).toThrow(/^custom\.pth: its \d+ tensors/);
  });

  it('must have the shapes of the graph', () => {
    const model = decodeModel(bytesOf('custom.onnx'), 'custom.onnx');
    const dict = readStateDict(bytesSource(bytesOf('custom.pth')), 'custom.pth');
    expect(() => withWeights(model, 'custom.onnx', changed(dict, [], { 'head.weight': [9, 6] }))).toThrow(
      /its weight 'head\.weight' is \[4, 6\], the state dict's \[9, 6\]/,
    );
    expect(() => withWeights(model, 'custom.onnx', changed(dict, ['left.0.weight']))).toThrow(
      /'left\.0\.weight'.*no tensor/,
    );
  });

  it('that are known do not need it, unless a study names it', () => {
    expect(open('res50_cam.pth', 'custom.onnx', false).origin?.system).toBe('irn');
    expect(() => open('res50_cam.pth', 'custom.onnx', true)).toThrow(
      /custom\.onnx: is no graph for res50_cam\.pth/,
    );
  });
});
