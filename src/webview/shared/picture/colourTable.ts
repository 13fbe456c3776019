/** Colour maps as tables of 256 RGB triples, made once each. */
import { colourTable, type ColourMapName } from '../../../lpcam/colourMap';

const tables = new Map<ColourMapName, Uint8Array>();

export function tableOf(name: ColourMapName): Uint8Array {
  let table = tables.get(name);
  if (!table) {
    table = colourTable(name);
    tables.set(name, table);
  }
  return table;
}
