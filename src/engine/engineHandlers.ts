/** The engine's answers to the protocol's requests. */
import type { Engine } from './engine';
import { seedPreview } from './scoring/seedPreview';
import type { Handlers } from './server';

export function engineHandlers(engine: Engine): Handlers {
  return {
    hello: () => engine.hello(),
    openStudy: (params, _, signal) => engine.openStudy(params, signal),
    draftStudy: (params, _, signal) => engine.draftStudy(params, signal),
    inspect: (params, _, signal) => engine.inspect(params, signal),
    explain: (params, emit, signal) => engine.explain(params, emit, signal),
    computeTimeline: (params, emit, signal) => engine.computeTimeline(params, emit, signal),
    overlay: (params, _, signal) => engine.overlay(params, signal),
    computeStages: (params, _, signal) => engine.computeStages(params, signal),
    cluster: (params, emit, signal) => engine.cluster(params, emit, signal),
    makeSeeds: (params, emit, signal) => engine.makeSeeds(params, emit, signal),
    thumbnails: (params, _, signal) => engine.thumbnails(params, signal),
    openBank: (params, _, signal) => engine.openBank(params, signal),
    bankGeometry: (params, _, signal) => engine.bankGeometry(params, signal),
    centreMap: (params, _, signal) => engine.centreMap(params, signal),
    markCentres: (params, _, signal) => engine.markCentres(params, signal),
    seedPreview: (params, _, signal) => seedPreview(params, signal),
    devices: (params, _, signal) => engine.devices(params, signal),
    crash: () => engine.crash(),
  };
}
