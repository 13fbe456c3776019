/** The whole way without a mouse. */
import assert from 'node:assert/strict';
import { explainedPanel, type ImagePanelPage } from '../support/imagePanelPage';
import { eventually } from '../support/poll';
import type { Vscode } from '../support/vscode';
import { quickOpen, runCommandByKeys } from '../support/workbench';
import type { SubjectOf } from './subject';

/** The test id and the focus ring of what has the focus in the panel. */
function focused(panel: ImagePanelPage): Promise<{ testId: string; ring: boolean }> {
  return panel.frame.evaluate(() => {
    let element = document.activeElement;
    const testId = element instanceof HTMLElement ? (element.dataset['testid'] ?? '') : '';
    // Buttons of the toolkit hold what takes the focus inside themselves.
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    if (!element) return { testId, ring: false };
    const style = getComputedStyle(element);
    const outline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    return { testId, ring: outline || style.boxShadow !== 'none' };
  });
}

/** Presses Tab until something has the focus, and checks on the way that the focus is always to be seen. */
async function tabTo(panel: ImagePanelPage, testId: string): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 60; presses++) {
    await panel.window.keyboard.press('Tab');
    const now = await focused(panel);
    passed.push(now.testId);
    if (now.testId !== '') assert.ok(now.ring, `${now.testId} has the focus but no ring`);
    if (now.testId === testId) return;
  }
  throw new Error(`Tab does not reach ${testId}, only ${[...new Set(passed)].join(', ')}.`);
}

export function testKeyboard(vscode: Vscode, subjectOf: SubjectOf): void {
  describe('without a mouse', () => {
    it('is opened, moved through and set by keys', async function () {
      this.timeout(300_000);
      const { file } = await subjectOf.get();
      const { keyboard } = vscode.page;
      await runCommandByKeys(vscode.page, 'View: Close All Editors');
      await quickOpen(vscode.page, file);
      await runCommandByKeys(vscode.page, 'LPCAM: Show Activation Maps');
      const panel = await explainedPanel(vscode.page, file);

      await eventually(async () => {
        const inPanel = await panel.frame.evaluate(() => document.hasFocus());
        assert.ok(inPanel, 'the panel has the focus when it opens');
      });
      await tabTo(panel, 'view-lpcam');
      await keyboard.press('ArrowLeft');
      await eventually(async () => {
        assert.equal((await focused(panel)).testId, 'view-context');
        assert.equal(await panel.part('view-context').getAttribute('aria-selected'), 'true');
      });
      await keyboard.press('ArrowRight');
      await tabTo(panel, 'stage-1');
      await keyboard.press('ArrowRight');
      await panel.part('reading-position').waitFor();
      const position = await panel.text('reading-position');
      await keyboard.press('ArrowRight');
      const [column, row] = position.split(', ').map(Number);
      await eventually(async () =>
        assert.equal(await panel.text('reading-position'), `${(column ?? 0) + 1}, ${row}`),
      );
      await keyboard.press('Escape');

      await tabTo(panel, 'threshold');
      await keyboard.press('ArrowRight');
      await eventually(async () => assert.equal(await panel.part('threshold-value').inputValue(), '0.31'));
      await keyboard.press('[');
      await eventually(async () => assert.equal(await panel.part('threshold-value').inputValue(), '0.3'));

      const [id] = await panel.prototypes('class');
      await tabTo(panel, `prototype-${id}-switch`);
      await keyboard.press('Space');
      const on = () => panel.part(`prototype-${id}`).getAttribute('data-on');
      await eventually(async () => assert.equal(await on(), 'false'));
      await keyboard.press('r');
      await eventually(async () => assert.equal(await on(), 'true'));
      await keyboard.press('?');
      await panel.part('help-dialog').waitFor();
      await vscode.screenshot('help');
      await keyboard.press('Escape');
      await panel.part('help-dialog').waitFor({ state: 'hidden' });
    });
  });
}
