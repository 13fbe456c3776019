/** What of a scale's maps an image asked for. */
import type { ScaleMaps } from '../../protocol/explanation';
import { takeMaps, type CentreRows } from './centres';

/** Maps of the image's classes and their centres, out of all that were computed. */
export function pickedMaps(
  maps: ScaleMaps,
  classes: readonly number[],
  computed: CentreRows | null,
  chosen: CentreRows | null,
): ScaleMaps {
  const area = maps.height * maps.width;
  const places = new Map(computed?.ids.map((id, row) => [id, row]));
  const rows = (chosen?.ids ?? []).map((id) => places.get(id) ?? 0);
  const count = computed?.ids.length ?? 0;
  const ofCentres = (similarity: Float32Array<ArrayBuffer>) =>
    rows.length === count ? similarity : takeMaps(similarity, rows, area);
  const cam = takeMaps(maps.cam, classes, area);
  const similarity = ofCentres(maps.similarity);
  if (maps.fusion === null) return { ...maps, cam, similarity };
  const { fusion } = maps;
  const allClasses = maps.cam.length / area;
  return {
    ...maps,
    cam,
    similarity,
    fusion: {
      cam: takeMaps(fusion.cam, classes, area),
      attention: takeOfViews(fusion.attention, allClasses, classes, area),
      similarity: takeOfViews(fusion.similarity, count, rows, area),
      affinity: fusion.affinity,
    },
  };
}

/** Some maps of each view of a block [views, count, area]; empty where the block is. */
function takeOfViews(
  block: Float32Array<ArrayBuffer>,
  count: number,
  rows: readonly number[],
  area: number,
): Float32Array<ArrayBuffer> {
  const views = count === 0 ? 0 : block.length / (count * area);
  const all = Array.from({ length: views }, (_, view) => rows.map((row) => view * count + row)).flat();
  return takeMaps(block, all, area);
}
