/** What is said about state dicts that do not open as they are. */
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../../src/lpcam/inputError';
import { countOf, type StateDict } from '../../../../src/network/stateDict/stateDict';
import { stateDictModel } from '../../../../src/network/stateDict/stateDictModel';
import { changed, irnLines, mctLines, tinyDict, torchvisionLines, vggLines } from './tinyDicts';

const plain = { stride: null, predictor: null };

function messageOf(dict: StateDict, settings: Parameters<typeof stateDictModel>[1] = plain): string {
  try {
    stateDictModel(dict, settings);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  }
  throw new Error('it opened');
}

describe('an unknown state dict', () => {
  it('is called unknown, with how to export it', () => {
    const message = messageOf(tinyDict(['stem.0.weight fan 4x3x3x3', 'tail.weight fan 2x4']));
    expect(message).toMatch(/^net\.pth: its 2 tensors \('stem\.0\.weight' \[4, 3, 3, 3\]/);
    expect(message).toContain('torch.onnx.export(model');
  });

  it('names the closest network, what is missing and what has another shape', () => {
    const dict = changed(tinyDict(irnLines), ['resnet50.layer3.1.conv2.weight'], {
      'classifier.weight': [3, 99, 1, 1],
    });
    const message = messageOf(dict);
    expect(message).toContain('Closest is the CAM network of IRN');
    expect(message).toContain("'layer3.1.conv2.weight' [any, any, 3, 3] is missing");
    expect(message).toContain("'classifier.weight' is [3, 99, 1, 1], expected [any, 20, 1, 1]");
    expect(message).toContain('torch.onnx.export(model');
  });

  it('counts what it does not list', () => {
    const dict = tinyDict(torchvisionLines);
    const gone = [...dict.tensors.keys()].filter((key) => key.startsWith('layer4.1'));
    const fewer = changed(dict, [...gone.filter((key) => !key.endsWith('conv1.weight')), 'fc.weight']);
    expect(messageOf(fewer)).toMatch(/and \d+ more\n/);
  });

  it.each([
    ['an empty side', { 'conv1.weight': [0, 3, 7, 7] }],
    ['another rank', { 'conv1.weight': [8, 147] }],
    ['groups that do not divide', { 'layer1.0.conv2.weight': [4, 3, 3, 3] }],
  ])('is refused before anything is built: %s', (_, shapes) => {
    const [key = ''] = Object.keys(shapes);
    expect(messageOf(changed(tinyDict(torchvisionLines), [], shapes))).toContain(`'${key}' is [`);
  });

  it('with a head but no square grid of positions names the table', () => {
    const dict = changed(tinyDict(mctLines(true)), [], { pos_embed_pat: [1, 5, 64] });
    expect(messageOf(dict)).toContain("'pos_embed_pat' is [1, 5, 64]");
  });

  it('whose convolutions stand too far apart is not taken for a VGG', () => {
    const dict = changed(tinyDict(vggLines), ['features.3.weight', 'features.3.bias'], {
      'features.7.weight': [6, 4, 3, 3],
      'features.7.bias': [6],
    });
    expect(messageOf(dict)).toContain("'features.2.weight' [any, 4, 3, 3] is missing");
  });

  it('does not count blocks beyond reason', () => {
    const dict = changed(tinyDict(torchvisionLines), [], { 'layer1.123456789.conv1.weight': [1] });
    expect(countOf(dict, 'layer1.*.conv1.weight')).toBe(2);
  });
});

describe('files of the field that hold no CAM network', () => {
  it.each([
    [
      "IRN's pixel relations",
      ['fc_edge1.0.weight fan 32x64x1x1', 'fc_dp1.0.weight fan 64x64x1x1'],
      'res50_cam.pth',
    ],
    ["ReCAM's predictor", ['classifier.weight fan 20x2048x1x1'], 'res50_recam_*.pth'],
    ["PSA's affinities", ['f8_5.weight fan 2x2x1x1', 'f9.weight fan 4x4x1x1'], 'AffinityNet'],
  ])('%s', (_, lines, mention) => {
    expect(messageOf(tinyDict(lines))).toContain(mention);
  });
});

describe('the stride', () => {
  it.each([
    [irnLines, 8],
    [irnLines, 16],
    [torchvisionLines, 16],
    [torchvisionLines, 8],
  ])('that the weights may be used with is taken', (lines, stride) => {
    const model = stateDictModel(tinyDict(lines), { stride, predictor: null });
    const text = model.metadata?.get('lpcam.network') ?? '';
    expect(JSON.parse(text)).toMatchObject({ origin: { stride, otherStrides: [] } });
  });

  it.each([
    [irnLines, 32, /stride is 16 or 8; network\.stride asks for 32/],
    [torchvisionLines, 12, /stride is 32 or 16 or 8; network\.stride asks for 12/],
    [mctLines(false), 8, /stride is 16; network\.stride asks for 8/],
  ])('that they cannot have is refused', (lines, stride, message) => {
    expect(messageOf(tinyDict(lines), { stride, predictor: null })).toMatch(message);
  });
});

describe("ReCAM's predictor", () => {
  it('must have the shape of the classifier', () => {
    const predictor = tinyDict(['classifier.weight fan 5x20x1x1'], 'recam_predictor_4.pth');
    expect(messageOf(tinyDict(irnLines), { stride: null, predictor })).toMatch(
      /^recam_predictor_4\.pth: expected a predictor for 'classifier\.weight'.* \[3, 20, 1, 1\]; .* is \[5, 20, 1, 1\]/,
    );
  });

  it('is refused where it is no predictor, and where the network has no use for it', () => {
    const other = tinyDict(['something fan 3x20'], 'other.pth');
    expect(messageOf(tinyDict(irnLines), { stride: null, predictor: other })).toContain('there is none');
    const predictor = tinyDict(['classifier.weight fan 3x64x3x3'], 'recam_predictor_4.pth');
    expect(messageOf(tinyDict(mctLines(false)), { stride: null, predictor })).toContain(
      'recam_predictor_4.pth',
    );
  });
});
