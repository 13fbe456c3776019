/** The checkpoint editor's first page: what the file is. */
import type { FromCheckpointEditor, ToCheckpointEditor } from '../../protocol/checkpointEditor';
import type { Host } from '../shared/host';
import type { EditorPage } from './page';

type PageMessage = Extract<ToCheckpointEditor, { request: number }>;

export class CheckpointPage implements EditorPage {
  constructor(
    private readonly root: HTMLElement,
    private readonly host: Host<FromCheckpointEditor>,
  ) {}

  receive(message: PageMessage): void {
    if (message.type === 'table') this.root.textContent = `${message.table.tensors.length} tensors`;
  }

  setVisible(visible: boolean): void {
    void [visible, this.host];
  }
}
