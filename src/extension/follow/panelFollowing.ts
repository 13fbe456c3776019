/** Open image panels hear of new checkpoints of their studies. */
import type * as vscode from 'vscode';
import type { ImagePanel } from '../panel/imagePanel';
import type { ImagePanels } from '../panel/imagePanels';
import { studyKey } from '../study/studyReference';
import type { CheckpointFollower, FollowedState } from './checkpointFollower';

export class PanelFollowing implements vscode.Disposable {
  readonly #following = new Map<string, vscode.Disposable>();
  readonly #states = new Map<string, FollowedState>();
  /** Panels that were told what there is. */
  readonly #told = new WeakSet<ImagePanel>();
  readonly #listening: vscode.Disposable;

  constructor(
    private readonly panels: ImagePanels,
    private readonly follower: CheckpointFollower,
  ) {
    this.#listening = panels.onDidChange(() => this.#update());
  }

  #update(): void {
    const studies = new Map(this.panels.all.map(({ study }) => [studyKey(study), study]));
    for (const [key, following] of this.#following) {
      if (studies.has(key)) continue;
      following.dispose();
      this.#following.delete(key);
      this.#states.delete(key);
    }
    for (const [key, study] of studies) {
      if (this.#following.has(key)) continue;
      const following = this.follower.follow(study, (state) => {
        this.#states.set(key, state);
        for (const panel of this.panels.of(study)) this.#tell(panel, state);
      });
      this.#following.set(key, following);
    }
    for (const panel of this.panels.all) {
      const state = this.#told.has(panel) ? undefined : this.#states.get(studyKey(panel.study));
      if (state) this.#tell(panel, state);
    }
  }

  #tell(panel: ImagePanel, state: FollowedState): void {
    this.#told.add(panel);
    panel.checkpointsOnDisk(state);
  }

  dispose(): void {
    this.#listening.dispose();
    for (const following of this.#following.values()) following.dispose();
  }
}
