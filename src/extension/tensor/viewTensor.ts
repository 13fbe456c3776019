/** "LPCAM: View Tensor": a NumPy array or torch tensor of a stopped Python program, in the seed viewer. */
import * as vscode from 'vscode';
import * as z from 'zod';
import { fetchTensor, frameTexts, type StoppedFrame } from './debugTensor';

/** What the debugger's list of variables gives to a command. */
const clickedSchema = z.object({
  sessionId: z.string().optional(),
  variable: z.object({ name: z.string(), evaluateName: z.string().optional() }),
});

/** A tensor that was asked for. */
export interface ViewedTensor {
  /** As the person wrote or clicked it. */
  readonly expression: string;
  readonly npy: Uint8Array;
  /** Path of the source file that the program is stopped in; null: it has none. */
  readonly source: string | null;
  /** Texts among the frame's variables, which may name the tensor's image. */
  readonly texts: readonly string[];
}

const framesSchema = z.object({
  stackFrames: z.array(z.object({ id: z.number(), source: z.object({ path: z.string() }).optional() })),
});

/** Where the debugged program is stopped, or null: it runs, or nothing is debugged. */
function stoppedFrame(): (StoppedFrame & vscode.DebugStackFrame) | null {
  const item = vscode.debug.activeStackItem;
  return item instanceof vscode.DebugStackFrame ? item : null;
}

async function sourceOf({ session, threadId, frameId }: vscode.DebugStackFrame): Promise<string | null> {
  const stack = framesSchema.safeParse(await session.customRequest('stackTrace', { threadId }));
  return stack.data?.stackFrames.find(({ id }) => id === frameId)?.source?.path ?? null;
}

function inEditor(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const { selection, document } = editor;
  if (!selection.isEmpty) return document.getText(selection).trim();
  const word = document.getWordRangeAtPosition(selection.active, /[A-Za-z_][\w.]*/);
  return word && document.getText(word);
}

/** The expression that was clicked, else what the person writes; undefined when they give up. */
async function meantExpression(clicked: unknown): Promise<string | undefined> {
  if (typeof clicked === 'string') return clicked;
  const variable = clickedSchema.safeParse(clicked);
  if (variable.success) return variable.data.variable.evaluateName ?? variable.data.variable.name;
  const value = inEditor();
  return vscode.window.showInputBox({
    title: 'LPCAM: View Tensor',
    prompt: 'A NumPy array or torch tensor of the stopped program, such as cam or outputs["cam"][0]',
    ...(value === undefined ? {} : { value }),
    validateInput: (text) => (text.trim() === '' ? 'An expression is needed.' : null),
  });
}

/**
 * @param clicked a variable in the debugger's list, or an expression; from the palette the person is asked
 * @param show what is done with the tensor
 */
export async function viewTensor(
  clicked: unknown,
  show: (tensor: ViewedTensor) => Promise<void>,
): Promise<void> {
  const frame = stoppedFrame();
  if (!frame) {
    void vscode.window.showInformationMessage(
      'No program is stopped. Stop a Python program at a breakpoint, then view one of its tensors.',
    );
    return;
  }
  const expression = (await meantExpression(clicked))?.trim();
  if (expression === undefined || expression === '') return;
  const fetched = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Reading ${expression}`, cancellable: true },
    async (progress, token) => {
      const cancel = new AbortController();
      token.onCancellationRequested(() => cancel.abort());
      let before = 0;
      const onProgress = (done: number, total: number) => {
        progress.report({ increment: (100 * (done - before)) / total });
        before = done;
      };
      try {
        return await fetchTensor(frame, expression, { signal: cancel.signal, onProgress });
      } catch (error) {
        if (cancel.signal.aborted) return null;
        throw error;
      }
    },
  );
  if (fetched === null) return;
  if (!fetched.ok) {
    void vscode.window.showErrorMessage(fetched.reason);
    return;
  }
  const [source, texts] = await Promise.all([sourceOf(frame), frameTexts(frame)]);
  await show({ expression, npy: fetched.value.npy, source, texts });
}
