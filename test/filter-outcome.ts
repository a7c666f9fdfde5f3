/** What the kernel does with a system call under one of our filters. */
import { type Instruction, OPCODE } from "#platform/sandbox/seccomp/bpf.ts";
import type { Architecture } from "#platform/sandbox/seccomp/filter.ts";

/** A call as a program makes it; of each argument the low word. */
export interface FilteredCall {
  readonly architecture: Architecture;
  readonly number: number;
  readonly args: readonly number[];
}

export const ALLOWED = "allowed";

/** @returns {@link ALLOWED}, "killed", or "errno N". */
export function filterOutcome(
  program: readonly Instruction[],
  { architecture, number, args }: FilteredCall,
): string {
  const verdict = judge(program, {
    architecture: NATIVE[architecture],
    number,
    arguments: [...args, ...Array<number>(6).fill(0)].slice(0, 6),
  });
  if (verdict === 0x7fff0000) return ALLOWED;
  if (verdict === 0x80000000) return "killed";
  return `errno ${verdict & 0xffff}`;
}

interface Words {
  readonly architecture: number;
  readonly number: number;
  readonly arguments: readonly number[];
}

/** The kernel's interpreter, as far as the filter uses it. Throws where the kernel would refuse the program. */
export function judge(program: readonly Instruction[], call: Words): number {
  const words = new Map([
    [0, call.number >>> 0],
    [4, call.architecture],
    ...call.arguments.map((value, index): [number, number] => [16 + 8 * index, value >>> 0]),
  ]);
  let accumulator = 0;
  for (let at = 0; ; at += 1) {
    const step = program[at];
    if (step === undefined) throw new Error("The program runs over its end");
    if (step.code === OPCODE.return) return step.operand;
    if (step.code === OPCODE.load) accumulator = words.get(step.operand) ?? Number.NaN;
    else if (step.code === OPCODE.and) accumulator = (accumulator & step.operand) >>> 0;
    else at += holds(step, accumulator) ? step.skipIfTrue : step.skipIfFalse;
  }
}

function holds({ code, operand }: Instruction, accumulator: number): boolean {
  if (code === OPCODE.jumpIfEqual) return accumulator === operand;
  if (code === OPCODE.jumpIfGreater) return accumulator > operand;
  if (code === OPCODE.jumpIfAnyBit) return (accumulator & operand) !== 0;
  throw new Error(`Opcode ${code} is unknown`);
}

/** Of `linux/audit.h`. */
export const NATIVE = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;
