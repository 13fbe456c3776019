/** The engine's answers to the protocol's requests. */
import type { Engine } from './engine';
import { seedPreview } from './scoring/seedPreview';
import type { Handlers } from './server';

export function engineHandlers(engine: Engine): Handlers {
  return {
    hello: () => engine.hello(),
    openStudy: (params, _, signal) => engine.studies.openStudy(params, signal),
    draftStudy: (params, _, signal) => engine.studies.draftStudy(params, signal),
    inspect: (params, _, signal) => engine.studies.inspect(params, signal),
    explain: (params, emit, signal) => engine.explain(params, emit, signal),
    computeTimeline: (params, emit, signal) => engine.clustering.computeTimeline(params, emit, signal),
    overlay: (params, _, signal) => engine.overlay(params, signal),
    computeStages: (params, _, signal) => engine.computeStages(params, signal),
    cluster: (params, emit, signal) => engine.clustering.cluster(params, emit, signal),
    makeSeeds: (params, emit, signal) => engine.makeSeeds(params, emit, signal),
    thumbnails: (params, _, signal) => engine.bank.thumbnails(params, signal),
    openBank: (params, _, signal) => engine.bank.openBank(params, signal),
    bankGeometry: (params, _, signal) => engine.bank.bankGeometry(params, signal),
    centreMap: (params, _, signal) => engine.bank.centreMap(params, signal),
    markCentres: (params, _, signal) => engine.bank.markCentres(params, signal),
    seedPreview: (params, _, signal) => seedPreview(params, signal),
    devices: (params, _, signal) => engine.devices(params, signal),
    crash: () => engine.crash(),
  };
}
