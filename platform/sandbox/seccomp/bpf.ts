/**
 * Classic BPF, the language of seccomp filters: instructions of 8 bytes that load a word of the system
 * call's description, compare it and return a verdict.
 *
 * @see https://docs.kernel.org/userspace-api/seccomp_filter.html
 */

export interface Instruction {
  readonly code: number;
  /** How many instructions to skip when the comparison holds. */
  readonly skipIfTrue: number;
  /** How many to skip when it does not. */
  readonly skipIfFalse: number;
  readonly operand: number;
}

/** Opcodes, of `linux/bpf_common.h`. */
export const OPCODE = {
  /** Load the 32-bit word at `operand` of `seccomp_data`. */
  load: 0x20,
  jumpIfEqual: 0x15,
  jumpIfGreater: 0x25,
  jumpIfAnyBit: 0x45,
  and: 0x54,
  return: 0x06,
} as const;

/** Verdicts, of `linux/seccomp.h`. */
export const ALLOW = 0x7fff_0000;
export const KILL_PROCESS = 0x8000_0000;
/** The call is not made and fails with `errno`. */
export function fail(errno: number): number {
  return 0x0005_0000 | errno;
}

export const OFFSET = {
  number: 0,
  architecture: 4,
} as const;

/** Offset of the low 32 bits of an argument, from 0; both our architectures are little-endian. */
export function argument(index: number): number {
  return 16 + 8 * index;
}

export function load(offset: number): Instruction {
  return { code: OPCODE.load, skipIfTrue: 0, skipIfFalse: 0, operand: offset };
}

export function and(mask: number): Instruction {
  return { code: OPCODE.and, skipIfTrue: 0, skipIfFalse: 0, operand: mask };
}

export function verdict(value: number): Instruction {
  return { code: OPCODE.return, skipIfTrue: 0, skipIfFalse: 0, operand: value };
}

export type Comparison = "jumpIfEqual" | "jumpIfGreater" | "jumpIfAnyBit";

/** Runs `then` when the comparison with the loaded word holds; each `then` ends in a verdict. */
export function when(
  comparison: Comparison,
  operand: number,
  then: readonly Instruction[],
): Instruction[] {
  // The field has one byte; no rule comes near it.
  if (then.length > 255) throw new RangeError(`A jump over ${then.length} instructions is too far`);
  return [{ code: OPCODE[comparison], skipIfTrue: 0, skipIfFalse: then.length, operand }, ...then];
}

/** The bytes that the kernel reads: an array of `struct sock_filter`. */
export function assemble(program: readonly Instruction[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(program.length * 8));
  for (const [index, instruction] of program.entries()) {
    const at = index * 8;
    bytes.setUint16(at, instruction.code, true);
    bytes.setUint8(at + 2, instruction.skipIfTrue);
    bytes.setUint8(at + 3, instruction.skipIfFalse);
    bytes.setUint32(at + 4, instruction.operand, true);
  }
  return new Uint8Array(bytes.buffer);
}
