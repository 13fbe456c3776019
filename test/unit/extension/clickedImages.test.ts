import { describe, expect, it } from 'vitest';
import { clickedImages, mostPanels, type FileUri } from '../../../src/extension/commands/clickedImages';

function uri(path: string, scheme = 'file'): FileUri {
  return { scheme, path, fsPath: path, toString: () => `${scheme}:${path}` };
}

describe('The images a right-click means', () => {
  it('are the selected ones, the clicked one first and once', () => {
    const clicked = uri('/data/b.jpg');
    const { images, leftOut } = clickedImages([clicked, uri('/data/a.PNG'), clicked]);
    expect(images).toEqual(['/data/b.jpg', '/data/a.PNG']);
    expect(leftOut).toBeNull();
  });

  it('may have spaces, # and other letters in their names', () => {
    const path = '/data/ünï code #3 [x]/böat 50%.jpeg';
    expect(clickedImages([uri(path)]).images).toEqual([path]);
  });

  it('are not files that are no images, and the person is told which', () => {
    const { images, leftOut } = clickedImages([uri('/data/a.jpg'), uri('/data/labels.json')]);
    expect(images).toEqual(['/data/a.jpg']);
    expect(leftOut).toBe('labels.json is no image that LPCAM Lens reads.');
  });

  it('may be versions in Git or files of a virtual workspace, which have no path on disk', () => {
    const [version, remote] = [uri('/a.jpg', 'git'), uri('/b.jpg', 'vscode-vfs')];
    expect(clickedImages([version, uri('/c.jpg'), remote, remote])).toEqual({
      images: ['/c.jpg'],
      virtual: [version, remote],
      leftOut: null,
    });
  });

  it('are capped, and the person is told', () => {
    const many = Array.from({ length: 30 }, (_, index) => uri(`/data/${index}.jpg`));
    const { images, leftOut } = clickedImages(many);
    expect(images).toHaveLength(mostPanels);
    expect(leftOut).toBe(`30 images are selected; the first ${mostPanels} are shown.`);
  });
});
