/** What some of ONNX Runtime's words about devices mean. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [
    /Program \w+ requires f16 but the device does not support it/,
    "it has no numbers of 16 bits (WebGPU's shader-f16), which half precision needs",
  ],
  [
    /Failed to get a WebGPU adapter/,
    'ONNX Runtime finds no graphics adapter for WebGPU (No supported adapters): install the driver of the graphics card, on ' +
      'Linux with its Vulkan part, and libvulkan1',
  ],
];

/** A reason in words for people, without a full stop; null: none is known for what ONNX Runtime says. */
export function knownMeaning(text: string): string | null {
  return meanings.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
