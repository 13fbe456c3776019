/** The figures under the stage, and what moves them: the threshold, prototypes, what context took away. */
import assert from 'node:assert/strict';
import { eventually, poll } from '../support/poll';
import { enginePids, killEngine } from '../support/engine';
import { explainedPanel, type ImagePanelPage } from '../support/imagePanelPage';
import { scoresOf } from '../support/scores';
import type { Vscode } from '../support/vscode';
import { chooseInExplorer } from '../support/workbench';
import { studyThreshold, type Subject, type SubjectOf } from './subject';

/** The study's own gates for context prototypes. */
const contextGate = [0.05, 0.9] as const;

export function testFigures(vscode: Vscode, subjectOf: SubjectOf): void {
  describe('counts', () => {
    let subject: Subject;
    let panel: ImagePanelPage;

    const expectScores = (map: Float32Array, threshold: number, source: 'cam' | 'lpcam' = 'lpcam') =>
      eventually(async () =>
        assert.deepEqual(await panel.scores(source), scoresOf(map, subject.mask, subject.label, threshold)),
      );

    before('the panel of an image is open', async function () {
      this.timeout(300_000);
      subject = await subjectOf.get();
      await chooseInExplorer(vscode.page, subject.path, 'LPCAM: Show Activation Maps');
      panel = await explainedPanel(vscode.page, subject.file);
      await panel.show('lpcam');
    });
    afterEach('the study’s threshold again', async () => {
      if (await panel.part('threshold-reset').isEnabled()) await panel.part('threshold-reset').click();
      // Keys that come before the next frame still move the slider from where it was.
      await eventually(async () =>
        assert.equal(await panel.part('threshold-value').inputValue(), String(studyThreshold)),
      );
    });

    it('IoU, FP and FN at the study’s threshold as the maps of the command line give them', async () => {
      assert.equal(await panel.part('threshold-value').inputValue(), String(studyThreshold));
      await expectScores(subject.maps.lpcam, studyThreshold);
      await expectScores(subject.maps.cam, studyThreshold, 'cam');
    });

    it('anew at a threshold that is typed', async () => {
      await panel.typeThreshold(0.47);
      await expectScores(subject.maps.lpcam, 0.47);
      await expectScores(subject.maps.cam, 0.47, 'cam');
    });

    it('anew at a threshold that is moved with the arrow keys', async () => {
      for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight'] as const)
        await panel.setSlider('threshold', key);
      await eventually(async () => assert.equal(await panel.part('threshold-value').inputValue(), '0.33'));
      await expectScores(subject.maps.lpcam, 0.33);
    });

    it('what a prototype did, with no engine running', async function () {
      this.timeout(240_000);
      const { id, gate } = await weakestClassPrototype(panel);
      // The command line leaves the same prototype out by a higher gate.
      const without = await subjectOf.mapsWithGates({ class: gate, context: contextGate });
      assert.equal(without.classPrototypes, subject.maps.classPrototypes - 1);

      const switchOf = panel.part(`prototype-${id}-switch`);
      await switchOf.scrollIntoViewIfNeeded();
      await poll('its nearest patches', () => panel.hasPatches(id));
      await killEngine(vscode);

      await switchOf.click();
      await expectScores(without.lpcam, studyThreshold);
      assert.equal(await panel.part(`prototype-${id}`).getAttribute('data-on'), 'false');
      await switchOf.click();
      await expectScores(subject.maps.lpcam, studyThreshold);
      assert.deepEqual(enginePids(vscode), [], 'no engine was needed');
    });

    it('what context took away, and hatches it', async function () {
      this.timeout(240_000);
      // No centre passes such a gate: what is left is what the class prototypes light up alone.
      const classOnly = await subjectOf.mapsWithGates({ class: 0.9, context: [0.999998, 0.999999] });
      assert.equal(classOnly.contextPrototypes, 0);
      const bound = Math.fround(studyThreshold);
      const kinds = Array.from(subject.mask, (id, i) => {
        const removed = (classOnly.lpcam[i] ?? 0) > bound && !((subject.maps.lpcam[i] ?? 0) > bound);
        return !removed ? 'kept' : id === subject.label ? 'lost' : 'rightly';
      });
      const pixelsOf = (kind: string) => kinds.filter((one) => one === kind).length;

      await panel.show('suppression');
      await panel.part('suppression-legend').waitFor();
      await eventually(async () => {
        const shown = async (part: string) => Number(await panel.part(part).getAttribute('data-pixels'));
        assert.equal(await shown('suppression-fp'), pixelsOf('rightly'));
        assert.equal(await shown('suppression-tp'), pixelsOf('lost'));
      });
      assert.match(await panel.text('suppression-fp'), /false positives removed/);
      assert.match(await panel.text('suppression-tp'), /true positives lost/);

      await panel.part('zoomToPixels').click();
      await eventually(async () => {
        const shown = await panel.pixels('suppression', subject.image);
        const changed = { kept: 0, lost: 0, rightly: 0 };
        const seen = { kept: 0, lost: 0, rightly: 0 };
        for (let i = 0; i < shown.width * shown.height; i++) {
          const at =
            (Math.floor(i / shown.width) + shown.row) * subject.image.width +
            (i % shown.width) +
            shown.column;
          const kind = kinds[at] ?? 'kept';
          seen[kind]++;
          const same = [0, 1, 2].every((c) => shown.rgba[i * 4 + c] === subject.image.rgb[at * 3 + c]);
          if (!same) changed[kind]++;
        }
        assert.equal(changed.kept, 0, 'what was not removed lies bare');
        for (const kind of ['lost', 'rightly'] as const)
          assert.ok(
            changed[kind] >= seen[kind] * 0.98,
            `${changed[kind]} of ${seen[kind]} pixels are hatched`,
          );
      });
      await vscode.screenshot('suppression');
      await panel.part('zoomToFit').click();
      await panel.show('lpcam');
    });
  });
}

/** The class prototype of the lowest p, and a gate between it and the next. */
async function weakestClassPrototype(panel: ImagePanelPage): Promise<{ id: number; gate: number }> {
  const ids = await panel.prototypes('class');
  const scored = await Promise.all(
    ids.map(async (id) => {
      const reason = await panel.frame.locator(`.card[data-id="${id}"] .number`).getAttribute('title');
      return { id, p: Number(/: p ([\d.]+) >/.exec(reason ?? '')?.[1]) };
    }),
  );
  const [weakest, next] = scored.sort((a, b) => a.p - b.p);
  if (!weakest || !next || !(weakest.p < next.p))
    throw new Error(`No prototype is the weakest of ${JSON.stringify(scored)}.`);
  return { id: weakest.id, gate: (weakest.p + next.p) / 2 };
}
