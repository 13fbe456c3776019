/** What a hover says of an image. */
import { describe, expect, it } from 'vitest';
import { commandLink, linkOf, openReferenceCommand } from '../../../src/extension/references/commandLink';
import { hoverText, missingText, type HoverParts } from '../../../src/extension/references/hoverText';
import type { OverlayFigures } from '../../../src/protocol/reference';
import type { SeedIou } from '../../../src/protocol/seedIou';

const figures: OverlayFigures = {
  map: 'lpcam',
  classes: [
    {
      name: 'boat',
      source: 'label',
      probability: 0.9,
      classPrototypes: 3,
      contextPrototypes: 2,
      dead: false,
      lpcamIou: 0.61234,
      camIou: 0.4,
    },
    {
      name: 'dog',
      source: 'label',
      probability: 0.8,
      classPrototypes: 1,
      contextPrototypes: 0,
      dead: true,
      lpcamIou: null,
      camIou: 0.1,
    },
  ],
  threshold: 0.3,
  device: 'cpu',
  notices: [],
};

function parts(changes: Partial<HoverParts> = {}): HoverParts {
  return {
    name: '2007_000032',
    referred: { image: '/a.jpg', id: '2007_000032', mask: '/m.png', classes: ['boat', 'dog'], state: 'x' },
    picture: 'file:///a.jpg',
    overlay: null,
    seed: null,
    open: 'command:open',
    compute: 'command:compute',
    why: null,
    ...changes,
  };
}

describe('A hover', () => {
  it('offers to compute what is not there, and no longer once it is', () => {
    expect(hoverText(parts())).toContain('[Compute LPCAM](command:compute');
    const text = hoverText(parts({ overlay: { picture: 'file:///o.png', figures } }));
    expect(text).not.toContain('command:compute');
    expect(text).toContain('![image](file:///a.jpg|height=160) ![LPCAM](file:///o.png|height=160)');
    expect(text).toContain('Computed LPCAM at 0.3, no seed file, IoU: boat 61.23 %, dog no pixel');
    expect(text).toContain('Computed LPCAM is zero everywhere: dog');
  });

  const seed: SeedIou = {
    path: '/s/seeds/lpcam/2007_000032.npy',
    folder: 'seeds/lpcam',
    threshold: 0.25,
    thresholdFrom: 'best',
    scored: '2026-01-02T03:04:05.000Z',
    classes: [
      { name: 'boat', iou: 0.7, dead: false },
      { name: 'dog', iou: 0, dead: true },
    ],
    problem: null,
  };

  it("tells the IoU of the study's seed, with its folder and threshold, in place of a computed map's", () => {
    const overlay = { picture: 'file:///o.png', figures };
    const text = hoverText(parts({ overlay, seed }));
    expect(text).toContain(
      'Seed IoU: boat 70.00 %, dog 0.00 % (seeds/lpcam, at 0.25, the best of its last score)',
    );
    expect(text).toContain('Dead seed (its map is zero everywhere): dog');
    expect(text).not.toContain('Computed LPCAM at');
    expect(hoverText(parts({ seed: { ...seed, threshold: 0.3, thresholdFrom: 'study' } }))).toContain(
      "(seeds/lpcam, at 0.3, the study's threshold, not scored yet)",
    );
    expect(
      hoverText(
        parts({ seed: { ...seed, folder: 'seeds/lpcam-png', threshold: null, thresholdFrom: null } }),
      ),
    ).toContain('(seeds/lpcam\\-png, label map)');
    expect(hoverText(parts({ seed: { ...seed, classes: [], problem: 'x.npy: cut off.' } }))).toContain(
      'Seed in seeds/lpcam not scored: x\\.npy\\: cut off\\.',
    );
    expect(hoverText(parts())).not.toContain('IoU');
  });

  it('says why nothing can be computed, and when there is no mask or no preview', () => {
    const text = hoverText(parts({ compute: null, why: 'This workspace is not trusted.', picture: null }));
    expect(text).toContain('This workspace is not trusted\\.');
    expect(text).toContain('No preview');
    expect(text).not.toContain('Compute LPCAM');
    const unmasked = parts({
      referred: { image: '/a.jpg', id: 'a', mask: null, classes: null, state: 'x' },
      overlay: { picture: 'file:///o.png', figures: { ...figures, map: 'cam' } },
    });
    expect(hoverText(unmasked)).toContain('CAM · no mask, so no IoU');
    expect(hoverText(unmasked)).toContain('boat, dog (predicted)');
  });

  it('shows names as they are, whatever they are made to look like', () => {
    const hostile = '[x](command:evil)![p](http://a/b.png)<img src=x>\n# **b** &lt;';
    const text = hoverText(parts({ name: hostile, referred: { ...parts().referred, classes: [hostile] } }));
    expect(text).not.toMatch(/(?<!\\)\]\(command:evil/);
    expect(text).not.toContain('<img');
    expect(text).not.toContain('\n# ');
    expect(missingText(hostile, null)).not.toContain('<img');
  });

  it('has links that no name can end early and no decoding changes', () => {
    const link = {
      document: "file:///a%20(1)%25/b's.txt",
      text: '100%25 x) [y](command:evil',
      line: 0,
      character: 0,
    };
    const address = commandLink(openReferenceCommand, link);
    expect(address).not.toMatch(/[()\s'"]/);
    const once = decodeURIComponent(address.slice(address.indexOf('?') + 1));
    for (const query of [once, decodeURIComponent(once)]) {
      const [packed] = JSON.parse(query) as unknown[];
      expect(linkOf(packed)).toEqual(link);
    }
    for (const foreign of ['', 'abc', 5, null, link, Buffer.from('{"text":1}').toString('base64url')])
      expect(linkOf(foreign)).toBeNull();
  });
});
