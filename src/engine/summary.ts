/** Studies and checkpoints in the words of the protocol. */
import type { Settings } from '../lpcam/presets';
import type { NetworkSummary, StudySummary } from '../protocol/study';
import type { FoundBank } from './banks';
import type { LoadedCheckpoint } from './checkpoints';
import { fusionRule } from './explain/fusion';
import type { ResolvedStudy } from './study/resolvedStudy';

/** Settings as a message carries them. */
export function plainSettings(settings: Settings): StudySummary['settings'] {
  const { clustering, gates, inference, seeds } = settings;
  const [low, high] = gates.context;
  return {
    clustering: { ...clustering },
    gates: { class: gates.class, context: [low, high] },
    inference: { scales: [...inference.scales], mirror: inference.mirror },
    seeds: { ...seeds },
  };
}

/** @param stride null where it is not known (yet) */
export function networkSummary(checkpoint: LoadedCheckpoint, stride: number | null): NetworkSummary {
  const { network } = checkpoint;
  return {
    checkpoint: checkpoint.path,
    hash: checkpoint.hash,
    bytes: checkpoint.bytes,
    features: network.features,
    classifier: network.classifier,
    channels: network.channels,
    classes: network.classes,
    stride,
    fixedSize: network.fixedSize === null ? null : [...network.fixedSize],
    opset: network.opset,
    producer: network.producer,
    parameters: network.parameters,
    bias: network.bias !== null,
    scoring: network.scoring,
    origin: network.origin && { ...network.origin, otherStrides: [...network.origin.otherStrides] },
  };
}

export function studySummary(
  study: ResolvedStudy,
  checkpoint: LoadedCheckpoint,
  stride: number | null,
  classNames: readonly string[],
  bank: FoundBank | null,
  seeds: StudySummary['seeds'],
  notices: StudySummary['notices'],
): StudySummary {
  const { dataset } = study;
  return {
    file: study.file,
    name: study.name,
    system: study.system,
    fusion: fusionRule(study, checkpoint.network),
    network: networkSummary(checkpoint, stride),
    follow: study.follow,
    classes: [...classNames],
    settings: plainSettings(study.settings),
    device: study.device,
    precision: study.precision,
    images: dataset.images,
    list: dataset.list,
    listed: dataset.ids.length,
    labels: dataset.labelsFile,
    masks: dataset.masks,
    seedsFolder: study.seedsFolder,
    bankPath: study.bankPath,
    bank: bank?.summary ?? null,
    seeds,
    notices,
  };
}
