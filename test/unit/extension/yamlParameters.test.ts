/** Hyper-parameters in YAML, and how literals are written anew. */
import { describe, expect, it } from 'vitest';
import { defaultNames } from '../../../src/extension/hyperparameters/hyperParameter';
import { rewritten } from '../../../src/extension/hyperparameters/literal';
import { mostYaml, yamlParameters } from '../../../src/extension/hyperparameters/yamlParameters';

const brief = (text: string) =>
  yamlParameters(text, defaultNames).map(({ name, text: literal, value }) => [name, literal, value]);

describe('In settings', () => {
  it('keys of any depth are seen, in every document of the file', () => {
    const text = `# cam_eval_thres: 0.9
lpcam: &base
  num_cluster: 12   # per class
  cam-eval-thres: .15
  cam_scales: [1.0, 0.5, 1.5, 2.0]
  class_thres: "0.9"
eval: {conf_fg_thres: 0.3, conf_bg_thres: 5e-2}
note: cam_eval_thres
---
context_thres:
- 0.05
- 0.9
`;
    expect(brief(text)).toEqual([
      ['num_cluster', '12', 12],
      ['cam_eval_thres', '.15', 0.15],
      ['cam_scales', '[1.0, 0.5, 1.5, 2.0]', [1, 0.5, 1.5, 2]],
      ['class_thres', '"0.9"', 0.9],
      ['conf_fg_thres', '0.3', 0.3],
      ['conf_bg_thres', '5e-2', 0.05],
      ['context_thres', '- 0.05\n- 0.9\n', [0.05, 0.9]],
    ]);
    for (const { start, end, text: literal } of yamlParameters(text, defaultNames))
      expect(text.slice(start, end)).toBe(literal);
  });

  it('what is no number, broken, huge or full of aliases does no harm', () => {
    for (const text of [
      'cam_eval_thres: yes\nnum_cluster: ~',
      'cam_eval_thres: [0.1, a]',
      'cam_eval_thres: {a: 1}',
      'cam_eval_thres:',
      ': : :\n  - [}',
      `${'a'.repeat(mostYaml)}\ncam_eval_thres: 0.1`,
      'a: &a [x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\ncam_eval_thres: *c',
    ])
      expect(brief(text), text.slice(0, 40)).toEqual([]);
    expect(brief('x: [\ncam_eval_thres: 0.1')).toBeDefined();
  });
});

it('a literal keeps its quotes and has no more digits than a slider', () => {
  expect(rewritten('.15', 0.1 + 0.2)).toBe('0.3');
  expect(rewritten('"0.15"', 0.25)).toBe('"0.25"');
  expect(rewritten("r'0.15'", 0)).toBe("r'0'");
  expect(rewritten('0.15', 0.125)).toBe('0.125');
});
