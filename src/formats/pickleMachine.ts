/**
 * Reads a pickle (protocols 0 to 5) as data. Nothing it names is ever called: a global is refused unless the
 * allow-list has it, and the allow-list holds functions of ours that build plain values.
 *
 * Why not npm's `pickleparser` (0.2.1): it has no allow-list below its resolver and no limits; it assigns attributes
 * and dict keys of hostile pickles to JavaScript objects, and calls methods of whatever lies on the stack; it reads
 * LONG1 as an unsigned 64-bit number, so that torch's magic number (10 bytes) and every negative long come out wrong;
 * and it spreads list items into a call's arguments, which overflows the stack on long lists.
 */
import type { ByteCursor } from './byteCursor';
import { fileError } from './fileError';
import { NumpyArray, NumpyDtype, smallest } from './numpyValue';
import { characters, decimal, decimalFraction, longestInteger, rawUnicode, unquoted } from './pickleText';
import {
  kindOf,
  PickleGlobal,
  PickleStub,
  PickleTuple,
  type AllowList,
  type PickleValue,
} from './pickleValue';
import { op, opName } from './pickleOpcodes';

export interface PickleRules {
  readonly allowed: AllowList;
  /** Resolves a persistent id (torch's storages); without it such ids are refused. */
  readonly persistent?: (id: PickleValue, fail: (problem: string) => never) => PickleValue;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Deeper nesting than any real file has. */
const mostMarks = 1000;
/** Reads one pickle; the cursor then stands behind its STOP. @throws InputError */
export function runPickle(cursor: ByteCursor, rules: PickleRules): PickleValue {
  return new PickleMachine(cursor, rules).run();
}

class PickleMachine {
  private readonly stack: PickleValue[] = [];
  /** Stack heights at each MARK. */
  private readonly marks: number[] = [];
  private readonly memo: PickleValue[] = [];
  private readonly start: number;
  private opcode = 0;
  /** Bytes and items handed to builders of values so far. */
  private handed = 0;

  constructor(
    private readonly cursor: ByteCursor,
    private readonly rules: PickleRules,
  ) {
    this.start = cursor.position;
  }

  run(): PickleValue {
    for (;;) {
      this.opcode = this.cursor.u8();
      if (this.opcode === op.STOP) break;
      if (!this.constant() && !this.container() && !this.structure()) this.fail('an unknown instruction');
    }
    return this.pop();
  }

  private readonly fail: (problem: string) => never = (problem) => {
    throw fileError(
      this.cursor.file,
      `the pickle in it cannot be read: ${problem} (${opName(this.opcode)} before byte ${this.cursor.position}).`,
    );
  };

  private push(value: PickleValue): true {
    this.stack.push(value);
    return true;
  }

  private pop(): PickleValue {
    // Everything above the last MARK belongs to it; what lies below must not be taken.
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) this.fail('the stack is empty');
    return this.stack.pop() ?? null;
  }

  private top(): PickleValue {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) this.fail('the stack is empty');
    return this.stack[this.stack.length - 1] ?? null;
  }

  private popMark(): PickleValue[] {
    const height = this.marks.pop();
    if (height === undefined) this.fail('a MARK is missing');
    return this.stack.splice(height);
  }

  private text(): string {
    return utf8.decode(this.cursor.line());
  }

  /**
   * Builders may copy what they are given. Through the memo a few bytes could hand over the same megabyte again and
   * again; real pickles hand over each byte once or twice.
   */
  private hand(values: readonly PickleValue[]): void {
    for (const value of values) this.handed += weightOf(value);
    if (this.handed > 8 * (this.cursor.position - this.start) + (1 << 20))
      this.fail('it repeats its contents beyond measure');
  }

  /** Numbers, strings and bytes. */
  private constant(): boolean {
    const { cursor } = this;
    switch (this.opcode) {
      case op.NONE:
        return this.push(null);
      case op.NEWTRUE:
        return this.push(true);
      case op.NEWFALSE:
        return this.push(false);
      case op.BININT:
        return this.push(cursor.i32());
      case op.BININT1:
        return this.push(cursor.u8());
      case op.BININT2:
        return this.push(cursor.u16());
      case op.LONG1:
        return this.push(this.long(cursor.u8()));
      case op.LONG4:
        return this.push(this.long(cursor.i32()));
      case op.BINFLOAT:
        return this.push(cursor.f64BigEndian());
      case op.INT:
      case op.LONG:
        return this.push(this.decimal());
      case op.FLOAT:
        return this.push(decimalFraction(this.text().trim(), this.fail));
      case op.SHORT_BINUNICODE:
        return this.push(this.unicode(cursor.u8()));
      case op.BINUNICODE:
        return this.push(this.unicode(cursor.u32()));
      case op.BINUNICODE8:
        return this.push(this.unicode(cursor.u64()));
      case op.UNICODE:
        return this.push(rawUnicode(characters(cursor.line())));
      case op.SHORT_BINSTRING:
        return this.push(this.python2String(cursor.u8()));
      case op.BINSTRING:
        return this.push(this.python2String(cursor.i32()));
      case op.STRING:
        return this.push(unquoted(cursor.line(), this.fail));
      case op.SHORT_BINBYTES:
        return this.push(cursor.take(cursor.u8()));
      case op.BINBYTES:
        return this.push(cursor.take(cursor.u32()));
      case op.BINBYTES8:
      case op.BYTEARRAY8:
        return this.push(cursor.take(cursor.u64()));
      default:
        return false;
    }
  }

  private unicode(length: number): string {
    return utf8.decode(this.cursor.take(length));
  }

  /** Python 2's `str`: text or bytes, nobody knows; one character per byte keeps both. */
  private python2String(length: number): string {
    if (length < 0) this.fail('a string has a negative length');
    return characters(this.cursor.take(length));
  }

  private long(length: number): number | bigint {
    if (length < 0 || length > longestInteger) this.fail(`an integer of ${length} bytes`);
    const bytes = this.cursor.take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
    return smallest(length > 0 ? BigInt.asIntN(8 * length, value) : 0n);
  }

  private decimal(): PickleValue {
    const text = this.text().trim();
    if (this.opcode === op.INT && (text === '00' || text === '01')) return text === '01';
    return decimal(text, this.fail);
  }

  /** Tuples, lists, dicts and sets. */
  private container(): boolean {
    switch (this.opcode) {
      case op.MARK:
        if (this.marks.length >= mostMarks) this.fail('it is nested too deeply');
        this.marks.push(this.stack.length);
        return true;
      case op.EMPTY_TUPLE:
        return this.push(new PickleTuple([]));
      case op.TUPLE:
        return this.push(new PickleTuple(this.popMark()));
      case op.TUPLE1:
        return this.push(new PickleTuple([this.pop()]));
      case op.TUPLE2:
        return this.push(new PickleTuple([this.pop(), this.pop()].reverse()));
      case op.TUPLE3:
        return this.push(new PickleTuple([this.pop(), this.pop(), this.pop()].reverse()));
      case op.EMPTY_LIST:
        return this.push([]);
      case op.LIST:
        return this.push(this.popMark());
      case op.APPEND:
        return this.append([this.pop()]);
      case op.APPENDS:
        return this.append(this.popMark());
      case op.EMPTY_DICT:
        return this.push(new Map());
      case op.DICT:
        return this.setItems(this.popMark(), this.pushed(new Map()));
      case op.SETITEM:
        return this.setItems([this.pop(), this.pop()].reverse(), this.top());
      case op.SETITEMS:
        return this.setItems(this.popMark(), this.top());
      case op.EMPTY_SET:
        return this.push(new Set());
      case op.FROZENSET:
        return this.push(new Set(this.popMark()));
      case op.ADDITEMS: {
        const items = this.popMark();
        const set = this.top();
        if (!(set instanceof Set)) this.fail(`items for a set, but ${kindOf(set)} is there`);
        for (const item of items) set.add(item);
        return true;
      }
      default:
        return false;
    }
  }

  private pushed(value: PickleValue): PickleValue {
    this.push(value);
    return value;
  }

  private append(items: readonly PickleValue[]): true {
    const list = this.top();
    if (!Array.isArray(list)) this.fail(`items for a list, but ${kindOf(list)} is there`);
    for (const item of items) list.push(item);
    return true;
  }

  private setItems(items: readonly PickleValue[], dict: PickleValue): true {
    if (!(dict instanceof Map)) this.fail(`items for a dict, but ${kindOf(dict)} is there`);
    if (items.length % 2 !== 0) this.fail('a dict key without a value');
    for (let i = 0; i < items.length; i += 2) dict.set(items[i] ?? null, items[i + 1] ?? null);
    return true;
  }

  /** Stack, memo, globals and objects. */
  private structure(): boolean {
    const { cursor } = this;
    switch (this.opcode) {
      case op.PROTO: {
        const protocol = cursor.u8();
        if (protocol > 5) this.fail(`protocol ${protocol} is unknown`);
        return true;
      }
      case op.FRAME:
        cursor.u64();
        return true;
      case op.POP:
        // Python drops the MARK itself when nothing lies above it.
        if (this.stack.length === this.marks.at(-1)) this.marks.pop();
        else this.pop();
        return true;
      case op.POP_MARK:
        this.popMark();
        return true;
      case op.DUP:
        return this.push(this.top());
      case op.BINPUT:
        return this.remember(cursor.u8());
      case op.LONG_BINPUT:
        return this.remember(cursor.u32());
      case op.PUT:
        return this.remember(Number(this.text()));
      case op.MEMOIZE:
        return this.remember(this.memo.length);
      case op.BINGET:
        return this.recall(cursor.u8());
      case op.LONG_BINGET:
        return this.recall(cursor.u32());
      case op.GET:
        return this.recall(Number(this.text()));
      case op.GLOBAL:
        return this.global(this.text(), this.text());
      case op.STACK_GLOBAL: {
        const name = this.pop();
        const module = this.pop();
        if (typeof name !== 'string' || typeof module !== 'string')
          this.fail('a global whose name is no text');
        return this.global(module, name);
      }
      case op.REDUCE:
      case op.NEWOBJ: {
        const args = this.pop();
        return this.call(this.pop(), args);
      }
      case op.NEWOBJ_EX: {
        const named = this.pop();
        const args = this.pop();
        if (!(named instanceof Map) || named.size > 0) this.fail('named arguments are not read here');
        return this.call(this.pop(), args);
      }
      case op.INST: {
        this.global(this.text(), this.text());
        const callee = this.pop();
        return this.call(callee, new PickleTuple(this.popMark()));
      }
      case op.OBJ: {
        const [callee, ...args] = this.popMark();
        return this.call(callee ?? null, new PickleTuple(args));
      }
      case op.BUILD:
        return this.build(this.pop(), this.top());
      case op.BINPERSID:
        return this.persistent(this.pop());
      case op.PERSID:
        return this.persistent(this.text());
      default:
        return false;
    }
  }

  private remember(index: number): true {
    // Each entry costs a byte at least, so an index beyond the bytes read is not a pickler's.
    if (!Number.isInteger(index) || index < 0 || index > this.cursor.position - this.start)
      this.fail(`memo entry ${index} is out of bounds`);
    while (this.memo.length < index) this.memo.push(null);
    this.memo[index] = this.top();
    return true;
  }

  private recall(index: number): true {
    const value = this.memo[index];
    if (value === undefined) this.fail(`memo entry ${index} is missing`);
    return this.push(value);
  }

  private global(module: string, name: string): true {
    const full = `${module}.${name}`;
    if (!this.rules.allowed.has(full)) {
      const shown = full.slice(0, 200);
      throw fileError(
        this.cursor.file,
        `refused: the pickle in it asks for "${shown}", which is not among the harmless globals of arrays, tensors and ` +
          'dicts. Nothing of it was executed. If you trust its origin, load it in Python and save plain tensors.',
        shown,
      );
    }
    return this.push(new PickleGlobal(full));
  }

  private call(callee: PickleValue, args: PickleValue): true {
    if (!(callee instanceof PickleGlobal)) this.fail(`a call of ${kindOf(callee)}`);
    if (!(args instanceof PickleTuple)) this.fail(`a call with ${kindOf(args)} for arguments`);
    const handler = this.rules.allowed.get(callee.name);
    if (handler === undefined) this.fail(`a call of ${callee.name}`);
    this.hand(args.items);
    return this.push(handler(args.items, this.fail));
  }

  /** `__setstate__`, or attributes. */
  private build(state: PickleValue, object: PickleValue): true {
    this.hand(state instanceof PickleTuple ? state.items : []);
    if (object instanceof NumpyArray || object instanceof NumpyDtype) object.setState(state, this.fail);
    else if (object instanceof PickleStub) object.state = state;
    // Attributes of a dict (a state dict's `_metadata`) and hooks of a parameter carry no values.
    else if (!(object instanceof Map)) this.fail(`a state for ${kindOf(object)}`);
    return true;
  }

  private persistent(id: PickleValue): true {
    if (this.rules.persistent === undefined) this.fail('a persistent id outside a torch file');
    return this.push(this.rules.persistent(id, this.fail));
  }
}

/** How much a builder could copy. */
function weightOf(value: PickleValue): number {
  if (typeof value === 'string' || value instanceof Uint8Array || Array.isArray(value)) return value.length;
  if (value instanceof Map || value instanceof Set) return value.size;
  return value instanceof PickleTuple ? value.items.length : 1;
}
