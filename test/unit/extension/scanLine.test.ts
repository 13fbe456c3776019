/** Which words of a line stand for images. */
import { describe, expect, it } from 'vitest';
import { referenceAt, scanLine, scannedCharacters } from '../../../src/extension/references/scanLine';

const study = new Set(['2007_000032', 'val_0028', '000000057870', 'boat', '12']);
const found = (line: string) =>
  scanLine(line, (name) => study.has(name)).map(({ text, kind }) => [kind, text]);

describe('In a list', () => {
  it('an id is an image', () => {
    expect(found('2007_000032')).toEqual([['id', '2007_000032']]);
    expect(found('  val_0028\r')).toEqual([['id', 'val_0028']]);
    expect(found('boat')).toEqual([['id', 'boat']]);
  });

  it('a VOC pair is an image and its mask', () => {
    expect(found('/JPEGImages/2007_000032.jpg /SegmentationClassAug/2007_000032.png')).toEqual([
      ['path', '/JPEGImages/2007_000032.jpg'],
      ['path', '/SegmentationClassAug/2007_000032.png'],
    ]);
  });

  it("an id of VOC's or COCO's is one even where the study lacks it", () => {
    expect(found('2011_003276 1 0 1')).toEqual([['id', '2011_003276']]);
    expect(found('COCO_train2014_000000279803')).toEqual([['id', 'COCO_train2014_000000279803']]);
    expect(found('some_other_thing')).toEqual([]);
  });
});

describe('In code and settings', () => {
  it('paths of images are found in any quotes, with blanks in them', () => {
    expect(found(`img = cv2.imread("data/my photos/dog 1.jpg")`)).toEqual([
      ['path', 'data/my photos/dog 1.jpg'],
    ]);
    expect(found(`Image.open('a.png'); Image.open(f'{root}/JPEGImages/b.JPG')`)).toEqual([
      ['path', 'a.png'],
      ['path', '/JPEGImages/b.JPG'],
    ]);
    expect(found('path: C:\\data\\x.png')).toEqual([['path', 'C:\\data\\x.png']]);
    expect(found('  "file_name": "val_0028.jpg", "height": 480')).toEqual([['path', 'val_0028.jpg']]);
    expect(found('a.jpg,b.jpg;c.tif')).toEqual([
      ['path', 'a.jpg'],
      ['path', 'b.jpg'],
      ['path', 'c.tif'],
    ]);
  });

  it('ids are found in texts and in the names of seeds', () => {
    expect(found(`names = ["2007_000032", "val_0028"]`)).toEqual([
      ['id', '2007_000032'],
      ['id', 'val_0028'],
    ]);
    expect(found('np.load("cam_mask/2007_000032.npy")')).toEqual([['id', '2007_000032']]);
    expect(found('{"image_id": 000000057870}')).toEqual([['id', '000000057870']]);
  });

  it('patterns, endings, addresses and everyday words are not taken for images', () => {
    for (const line of [
      'glob("*.jpg")',
      'name + ".jpg"',
      '"%s.png" % name',
      'https://example.org/cat.jpg',
      'boat = 12',
      'for i in range(12):',
      'x.jpgs',
      '',
    ])
      expect(found(line), line).toEqual([]);
  });
});

describe('A reference', () => {
  it('says where it stands', () => {
    const line = 'cam_mask/2007_000032.npy';
    const [only] = scanLine(line, () => false);
    expect(only && line.slice(only.start, only.end)).toBe('2007_000032');
    expect(referenceAt(line, 12, () => false)?.text).toBe('2007_000032');
    expect(referenceAt(line, 3, () => false)).toBeNull();
  });

  it('is found far out in a line that is a whole file, which is not scanned for it', () => {
    const line = `[${'"2007_000032", '.repeat(200_000)}]`;
    let asked = 0;
    const knows = () => {
      asked++;
      return false;
    };
    const place = 1 + 15 * 150_000 + 3;
    expect(referenceAt(line, place, knows)?.start).toBe(place - 2);
    expect(asked).toBeLessThan(1_000);
    expect(scanLine(line, knows).length).toBeLessThan(scannedCharacters / 10);
  });

  it('takes no more time than the line is long, whatever stands in it', () => {
    for (const hostile of [
      '"'.repeat(1e6),
      "'a".repeat(5e5),
      '/'.repeat(1e6),
      'a.'.repeat(5e5),
      '\\'.repeat(1e6),
    ])
      expect(scanLine(hostile, () => false)).toEqual([]);
  });
});
