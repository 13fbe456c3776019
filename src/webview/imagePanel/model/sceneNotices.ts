/** The notices of an image: the engine's, and what the panel's own switches and gates lead to. */
import type { Notice, NoticeKind } from '../../../lpcam/notice';
import type { Scene } from './scene';

/** Kinds that the panel works out for itself, because gates and switches change them. */
const computed: ReadonlySet<NoticeKind> = new Set([
  'no-class-prototype',
  'no-context-prototype',
  'dead-seed',
]);

/** Every notice once: the panel's own, the shown class's first, then the engine's in its order. */
export function sceneNotices(scene: Scene): readonly Notice[] {
  const { explanation, header } = scene;
  const notices = explanation.notices.filter(
    // What the panel can judge for its classes, it judges; the engine's word stands for the others.
    (notice) => !(computed.has(notice.kind) && isShown(scene, notice.classIndex)),
  );
  const own = header.classes.flatMap((_, position) => classNotices(scene, position));
  const active = scene.activeClass?.index;
  const sorted = [...own].sort((a, b) => Number(b.classIndex === active) - Number(a.classIndex === active));
  const seen = new Set<string>();
  return [...sorted, ...notices].filter((notice) => {
    const key = `${notice.kind}|${notice.classIndex ?? ''}|${notice.message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function isShown(scene: Scene, classIndex: number | undefined): boolean {
  return scene.header.classes.some(
    ({ index }, position) => index === classIndex && scene.hasCentres(position),
  );
}

function classNotices(scene: Scene, position: number): readonly Notice[] {
  const shown = scene.header.classes[position];
  if (!shown || !scene.header.bank || !scene.hasCentres(position)) return [];
  const { name, index: classIndex } = shown;
  const prototypes = scene.prototypes(position);
  const notices: Notice[] = [];
  if (prototypes.classRows.length === 0) {
    notices.push({
      kind: 'no-class-prototype',
      message: `No class prototype of ${name} is on, so its LPCAM is empty.`,
      classIndex,
    });
  } else if (prototypes.notices.includes('no-class-prototype')) {
    notices.push({
      kind: 'no-class-prototype',
      message:
        `No foreground centre of ${name} passes the class gate (p > ${scene.gates.class}); ` +
        'the one of largest p stands in.',
      classIndex,
    });
  }
  if (prototypes.contextRows.length === 0 && prototypes.classRows.length > 0) {
    notices.push({
      kind: 'no-context-prototype',
      message: `No context prototype of ${name}: nothing is subtracted, and most of the image lights up.`,
      classIndex,
    });
  }
  const shows = scene.hasMaps && prototypes.classRows.length > 0;
  if (shows && scene.recipe('lpcam', position, 'highRes').dead) {
    notices.push({
      kind: 'dead-seed',
      message: `The LPCAM of ${name} is zero everywhere: context is at least as similar as the class in every pixel.`,
      classIndex,
    });
  }
  return notices;
}
