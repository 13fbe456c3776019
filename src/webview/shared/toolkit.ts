/**
 * The components of Microsoft's webview toolkit that our panels use. It is archived upstream, so this is the only
 * file that imports it: whatever replaces it one day replaces this file.
 */
import { provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox } from '@vscode/webview-ui-toolkit';

/**
 * Defines `vscode-button` and `vscode-checkbox`. Not used: its progress ring, whose template has an inline style that
 * our CSP refuses, and its dropdown, which a native select beats for keyboards and screen readers.
 */
export function defineToolkit(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox());
}
