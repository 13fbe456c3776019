/**
 * The image panel of the packaged extension, from the first right-click on. All tests share one VS Code, in the order
 * of somebody's first hour; each opens what it needs, so that each can be run alone (`--grep`).
 */
import { testFigures } from './imagePanel/figures';
import { addPhotos, testFiles } from './imagePanel/files';
import { testFirstRun } from './imagePanel/firstRun';
import { testKeyboard } from './imagePanel/keyboard';
import { testLife } from './imagePanel/life';
import { testLooks } from './imagePanel/looks';
import { testMaps } from './imagePanel/maps';
import { SubjectOf } from './imagePanel/subject';
import { useVscode } from './support/vscode';

describe('The image panel', () => {
  const vscode = useVscode({ prepare: addPhotos });
  const subjectOf = new SubjectOf(vscode);

  testFirstRun(vscode);
  testMaps(vscode, subjectOf);
  testFigures(vscode, subjectOf);
  testKeyboard(vscode, subjectOf);
  testLooks(vscode, subjectOf);
  testLife(vscode, subjectOf);
  testFiles(vscode);
});
