import { describe, expect, it } from 'vitest';
import { readImageList } from '../../../src/formats/imageList';

describe('image lists', () => {
  it.each([
    ['one id a line', '2007_000032\n2007_000039\n', ['2007_000032', '2007_000039']],
    [
      'blank lines, Windows line ends, a byte order mark, no last line end',
      '\uFEFFa\r\n\r\n  b  \r\nc',
      ['a', 'b', 'c'],
    ],
    ['an id that comes again', 'a\nb\na\n', ['a', 'b']],
    [
      "VOC's path pairs",
      '/JPEGImages/2007_000032.jpg /SegmentationClassAug/2007_000032.png\n',
      ['2007_000032'],
    ],
    ['paths without masks', 'images/x.JPEG\nimages\\y.png\n', ['x', 'y']],
    ["VOC's lists of one class", '2007_000032  1\n2007_000039 -1\n', ['2007_000032', '2007_000039']],
    ['ids with points', 'COCO_train2014_000000279803\nv1.2\n', ['COCO_train2014_000000279803', 'v1.2']],
  ])('may have %s', (_, text, ids) => {
    expect(readImageList(text, 'train.txt')).toEqual(ids);
  });

  it('without an image, or of bytes, say so', () => {
    expect(() => readImageList('\n \r\n', 'dir/train.txt')).toThrow(/^dir\/train\.txt: no image is listed/);
    expect(() => readImageList('\x89PNG\0', 'dir/train.txt')).toThrow(/^dir\/train\.txt: this is no text/);
  });
});
