/** The shaders. Every value is computed as src/lpcam does it on the processor, operation by operation, in float32. */

/** Floats in a row of the texture of small maps. */
export const mapsWidth = 1024;
export const mostScales = 8;
export const mostMaps = 32;

export const vertexShader = `#version 300 es
void main() {
  // One triangle that covers everything.
  gl_Position = vec4(vec2((gl_VertexID << 1) & 2, gl_VertexID & 2) * 2.0 - 1.0, 0.0, 1.0);
}`;

const shared = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp usampler2D;
// The small maps one after the other: [map, scale, row, column].
uniform sampler2D maps;
// Per position of an axis (lower, upper, weight of the lower, of the upper); two rows per scale, columns and rows.
uniform sampler2D axes;
uniform int scales;
uniform int widths[${mostScales}];
uniform int starts[${mostScales}];
uniform int mapLength;
// Per map: scales, least, range, and 0 where it is dead.
uniform vec4 normal[${mostMaps}];
uniform int mapCount;
uniform ivec2 size;
uniform float threshold;

float low(int at) {
  return texelFetch(maps, ivec2(at % ${mapsWidth}, at / ${mapsWidth}), 0).r;
}

float valueOf(int map, ivec2 pixel) {
  float sum = 0.0;
  for (int s = 0; s < scales; s++) {
    vec4 column = texelFetch(axes, ivec2(pixel.x, 2 * s), 0);
    vec4 row = texelFetch(axes, ivec2(pixel.y, 2 * s + 1), 0);
    int from = map * mapLength + starts[s];
    int upper = from + int(row.x) * widths[s];
    int lower = from + int(row.y) * widths[s];
    int left = int(column.x);
    int right = int(column.y);
    float above = low(upper + left) * column.z + low(upper + right) * column.w;
    float below = low(lower + left) * column.z + low(lower + right) * column.w;
    sum += above * row.z + below * row.w;
  }
  vec4 n = normal[map];
  return n.w * ((sum / n.x - n.y) / n.z);
}

// The map that wins a pixel, counted from 1; 0: none exceeds the threshold.
int winner(ivec2 pixel) {
  float best = threshold;
  int won = 0;
  for (int m = 0; m < mapCount; m++) {
    float value = valueOf(m, pixel);
    if (value > best) {
      best = value;
      won = m + 1;
    }
  }
  return won;
}

// Row 0 of an image is at the top, of a canvas at the bottom.
ivec2 imagePixel() {
  return ivec2(int(gl_FragCoord.x), size.y - 1 - int(gl_FragCoord.y));
}
`;

const coloured = `${shared}
uniform sampler2D palette;
out vec4 colour;
`;

export const fragmentShaders = {
  heat: `${coloured}
uniform float lowest;
uniform float factor;
void main() {
  float at = (valueOf(0, imagePixel()) - lowest) * factor;
  int index = at >= 255.0 ? 255 : at > 0.0 ? int(at) : 0;
  colour = texelFetch(palette, ivec2(index, 0), 0);
}`,
  seed: `${coloured}
void main() {
  colour = texelFetch(palette, ivec2(winner(imagePixel()), 0), 0);
}`,
  suppression: `${shared}
uniform usampler2D mask;
uniform float highest[2];
uniform uint label;
uniform int wanted;
out vec4 colour;
void main() {
  ivec2 pixel = imagePixel();
  bool before = valueOf(0, pixel) / highest[0] > threshold;
  bool after = valueOf(1, pixel) / highest[1] > threshold;
  uint truth = texelFetch(mask, pixel, 0).r;
  int kind = !before || after ? 0 : truth == 255u ? 3 : truth == label ? 2 : 1;
  colour = vec4(kind == wanted ? 1.0 : 0.0);
}`,
  // 32 pixels to a texel, 8 to a byte: read back, the texels of a row are words of bits.
  bits: `${shared}
uniform int wanted;
out vec4 colour;
float byteFrom(int x, int y) {
  int found = 0;
  for (int bit = 0; bit < 8; bit++) {
    if (x + bit < size.x && winner(ivec2(x + bit, y)) == wanted) found |= 1 << bit;
  }
  return float(found) / 255.0;
}
void main() {
  int x = int(gl_FragCoord.x) * 32;
  int y = int(gl_FragCoord.y);
  colour = vec4(byteFrom(x, y), byteFrom(x + 8, y), byteFrom(x + 16, y), byteFrom(x + 24, y));
}`,
} as const;
export type ShaderName = keyof typeof fragmentShaders;
