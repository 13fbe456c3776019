import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { endingOf } from '../../../src/cli/exitCode';
import { DeviceError } from '../../../src/engine/failure';
import { InputError } from '../../../src/lpcam/inputError';

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('how a command ends', () => {
  it('is 2 for bad input, in at most two lines that name the file', () => {
    const ending = endingOf(
      new InputError('no feature map.\nCandidates:\n  a\n  b', { file: '/m/net.onnx' }),
      false,
    );
    expect(ending).toEqual({ code: 2, text: 'lpcam: /m/net.onnx: no feature map.\nCandidates: a; b' });
  });

  it('does not name the file twice', () => {
    expect(endingOf(new InputError('net.onnx is empty.', { file: '/m/net.onnx' }), false).text).toBe(
      'lpcam: net.onnx is empty.',
    );
  });

  it('is 2 for a path that cannot be read, in plain words', () => {
    const ending = endingOf(
      thrownBy(() => readFileSync('/nowhere/list.txt')),
      false,
    );
    expect(ending).toEqual({ code: 2, text: 'lpcam: /nowhere/list.txt: no such file or folder' });
  });

  it('is 1 for a full disk, without a stack trace', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    expect(endingOf(full, false)).toEqual({ code: 1, text: 'lpcam: ENOSPC: no space left on device, write' });
  });

  it('is 1 for a device that fails, without a stack trace', () => {
    const ending = endingOf(new DeviceError('Scale 2 of a.jpg failed on cuda: out of memory'), false);
    expect(ending).toEqual({ code: 1, text: 'lpcam: Scale 2 of a.jpg failed on cuda: out of memory' });
  });

  it('is 1 for our own defects, with the stack to report', () => {
    const ending = endingOf(new TypeError('x is undefined'), false);
    expect(ending.code).toBe(1);
    expect(ending.text).toContain('x is undefined');
    expect(ending.text).toContain('exitCode.test');
  });

  it('is 130 for Ctrl+C, whatever was thrown on the way out', () => {
    expect(endingOf(new Error('aborted'), true).code).toBe(130);
  });

  it.each([
    [0, 0],
    [1, 2],
  ])("turns commander's %i into %i", (theirs, ours) => {
    expect(endingOf(new CommanderError(theirs, 'x', 'said already'), false)).toEqual({
      code: ours,
      text: '',
    });
  });
});
