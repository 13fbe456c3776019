/** State dicts of the field that are known, but hold no classifier on a feature map. */
import type { StateDict } from './stateDict';

/** What it is and what to open instead; null for any other state dict. */
export function notForMaps({ tensors }: StateDict): string | null {
  if (tensors.has('fc_edge1.0.weight') && tensors.has('fc_dp1.0.weight'))
    return "this is IRN's network of pixel relations (res50_irn.pth), which has no classifier. Open the CAM network, res50_cam.pth.";
  const [only] = tensors.keys();
  const shape = tensors.get('classifier.weight')?.shape;
  if (tensors.size === 1 && only === 'classifier.weight' && shape?.length === 4)
    return (
      `this is a classifier alone [${shape.join(', ')}], as ReCAM's recam_predictor_*.pth is. Open res50_recam_*.pth; ` +
      "for ReCAM's own maps name this file as its predictor."
    );
  if (tensors.has('f8_5.weight') && tensors.has('f9.weight') && !tensors.has('fc8.weight'))
    return "this is PSA's AffinityNet, which has no classifier. Open the classification network.";
  return null;
}
