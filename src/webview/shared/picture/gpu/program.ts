/** One compiled program with the places of its uniforms. */
import { fragmentShaders, vertexShader, type ShaderName } from './shaders';

export class Program {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #shaders: readonly WebGLShader[];
  readonly #places = new Map<string, WebGLUniformLocation | null>();
  readonly #parallel: { COMPLETION_STATUS_KHR: number } | null;
  #linked = false;

  /** Starts to compile; `ready` says when it is done. */
  constructor(gl: WebGL2RenderingContext, name: ShaderName) {
    this.#gl = gl;
    this.#parallel = gl.getExtension('KHR_parallel_shader_compile');
    this.#program = gl.createProgram();
    this.#shaders = (
      [
        [gl.VERTEX_SHADER, vertexShader],
        [gl.FRAGMENT_SHADER, fragmentShaders[name]],
      ] as const
    ).map(([kind, source]) => {
      const shader = gl.createShader(kind);
      if (!shader) throw new Error('The graphics context is lost.');
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(this.#program, shader);
      return shader;
    });
    gl.linkProgram(this.#program);
  }

  /**
   * Whether it can be used; asking does not wait where the browser compiles beside the page.
   * @throws Error with what the compiler says
   */
  get ready(): boolean {
    if (this.#linked) return true;
    const gl = this.#gl;
    if (this.#parallel && !gl.getProgramParameter(this.#program, this.#parallel.COMPLETION_STATUS_KHR))
      return false;
    if (!gl.getProgramParameter(this.#program, gl.LINK_STATUS)) {
      const words = [
        gl.getProgramInfoLog(this.#program),
        ...this.#shaders.map((one) => gl.getShaderInfoLog(one)),
      ];
      throw new Error(`A shader cannot be compiled: ${words.join(' ')}`);
    }
    this.#linked = true;
    return true;
  }

  use(): void {
    this.#gl.useProgram(this.#program);
  }

  /** Where a uniform is set; null: the program does not use it. */
  place(name: string): WebGLUniformLocation | null {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const place = this.#gl.getUniformLocation(this.#program, name);
    this.#places.set(name, place);
    return place;
  }
}
