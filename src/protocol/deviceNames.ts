/** Names of devices and precisions: what a study may ask for, and what there is. Apart from schemas, so that pages need none. */
export const deviceNames = ['cpu', 'cuda', 'webgpu', 'dml', 'coreml'] as const;
export const deviceChoices = ['auto', ...deviceNames] as const;
export type DeviceName = (typeof deviceNames)[number];
export type DeviceChoice = (typeof deviceChoices)[number];
/** What a network computes in: float32, as published, or 16 bits where a GPU gains by it. */
export const precisionNames = ['full', 'half'] as const;
export const precisionChoices = ['auto', ...precisionNames] as const;
export type PrecisionName = (typeof precisionNames)[number];
export type PrecisionChoice = (typeof precisionChoices)[number];
