/**
 * Arrays from the engine are views into the whole message they came in. VS Code sends a webview the buffer behind a
 * view, all of it, so each array gets a buffer of its own first.
 */
import type { EngineEvent } from '../../protocol/engine';
import type { ImageSeed, SeedContent } from '../../protocol/seed';

/** @returns the array itself where it fills its buffer, else a copy that does */
export function own<T extends Uint8Array | Uint16Array | Uint32Array | Float32Array>(array: T): T {
  return array.byteLength === array.buffer.byteLength ? array : (array.slice() as T);
}

export function ownEvent(event: EngineEvent<'explain'>): EngineEvent<'explain'> {
  if (event.type === 'scale') {
    const { maps } = event;
    const { cam, similarity, fusion } = maps;
    return {
      type: 'scale',
      maps: {
        ...maps,
        cam: own(cam),
        similarity: own(similarity),
        fusion: fusion && {
          cam: own(fusion.cam),
          attention: own(fusion.attention),
          similarity: own(fusion.similarity),
          affinity: fusion.affinity && own(fusion.affinity),
        },
      },
    };
  }
  const { header } = event;
  const { image, mask } = header;
  return {
    type: 'header',
    header: {
      ...header,
      image: { ...image, rgb: own(image.rgb) },
      mask: mask && { ...mask, labels: own(mask.labels) },
    },
  };
}

export function ownSeedContent(content: SeedContent): SeedContent {
  switch (content.kind) {
    case 'maps': {
      const { maps, background } = content;
      return { ...content, maps: maps.map(own), background: background && own(background) };
    }
    case 'labels':
      return { ...content, labels: own(content.labels) };
    case 'saliency':
      return { ...content, map: own(content.map) };
  }
}

export function ownImageSeed(seed: ImageSeed): ImageSeed {
  return { ...seed, content: ownSeedContent(seed.content) };
}
