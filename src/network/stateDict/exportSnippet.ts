/** Python for a person's own model class, whose graph no state dict tells. Each line is a whole statement. */
export const exportSnippet = `model = MyNetwork(); model.load_state_dict(torch.load("weights.pth", map_location="cpu")); model.eval()
options = dict(input_names=["image"], output_names=["logits"], dynamic_axes={"image": {0: "N", 2: "H", 3: "W"}})
torch.onnx.export(model, torch.zeros(1, 3, 224, 224), "model.onnx", opset_version=17, **options)`;
