/**
 * The person's input is at fault: the message names the file, the field or the tensor, what was expected and what to
 * do. Every layer throws this (or a subclass) for bad input; anything else that is thrown is our defect.
 */
export class InputError extends Error {
  /** @param where the file, and the field or tensor inside it, that the message is about */
  constructor(
    message: string,
    readonly where: { readonly file?: string | undefined; readonly field?: string | undefined } = {},
  ) {
    super(message);
    this.name = 'InputError';
  }
}
