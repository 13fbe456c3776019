/** What a list of so many images costs a task before its first image: memory and processor, from the beginning on. */
import { readImageList } from '../../src/formats/imageList';
import { ofShard } from '../../src/engine/shard';

const count = Number(process.argv[2]);
const classes = 80;
const collect = (globalThis as { gc?: () => void }).gc;

function tell(what: string): void {
  collect?.();
  const { user, system } = process.cpuUsage();
  const resident = process.memoryUsage().rss / 1e6;
  process.stdout.write(
    `  ${what.padEnd(34)}${resident.toFixed(0).padStart(6)} MB${((user + system) / 1e6).toFixed(1).padStart(8)} s\n`,
  );
}

process.stdout.write(`== a list of ${count} ids: resident memory, processor\n`);
tell('nothing yet');
/** As it is read: one flat text, whose lines are parts of it. */
function written(): string {
  const width = 'COCO_train2014_000000000000\n'.length;
  const bytes = Buffer.alloc(count * width);
  for (let i = 0; i < count; i++)
    bytes.write(`COCO_train2014_${String(i).padStart(12, '0')}\n`, i * width, 'latin1');
  return bytes.toString('utf8');
}
let text = written();
tell('the text');
const ids = readImageList(text, 'train.txt');
text = '';
tell('its ids');
const share = ids.filter((id) => ofShard(id, { index: 3, of: 64 }));
tell(`a share of it, 3/64: ${share.length} ids`);
const labels = new Map(ids.map((id, i) => [id, [i % classes, (i * 7 + 3) % classes]]));
tell('with two labels an image');
const ofClass = Array.from({ length: classes }, (): string[] => []);
for (const [id, own] of labels) for (const label of own) ofClass[label]?.push(id);
tell(`with the images of ${ofClass.length} classes`);
