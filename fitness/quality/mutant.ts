/** A program with one small mistake put into it. */
export interface Mutant {
  /** From 1. */
  readonly line: number;
  /** What was changed, such as `a < b → a <= b`. */
  readonly change: string;
  readonly source: string;
  /** True for a kind of change that often changes nothing that could be seen. */
  readonly isDoubtful: boolean;
}

/** A mutant of a tool that may have several modules. */
export interface ModuleMutant extends Mutant {
  /** The module that the mistake is put into; `source` is that module. */
  readonly file: string;
}

/** More tell hardly more about the cases, and cost a process each. */
const MAX_MUTANTS = 40;

/** Those that are tried: spread over the whole program, doubtful ones only where others are few. */
export function chooseMutants<Some extends Mutant>(mutants: readonly Some[]): readonly Some[] {
  const sure = mutants.filter(({ isDoubtful }) => !isDoubtful);
  if (sure.length >= MAX_MUTANTS) return spread(sure, MAX_MUTANTS);
  const doubtful = mutants.filter(({ isDoubtful }) => isDoubtful);
  // A quarter at most: each that cannot be noticed takes from the score what the cases cannot help.
  return [...sure, ...spread(doubtful, Math.min(MAX_MUTANTS - sure.length, sure.length >> 2))];
}

function spread<Some>(mutants: readonly Some[], count: number): readonly Some[] {
  if (mutants.length <= count) return mutants;
  const step = mutants.length / count;
  return Array.from({ length: count }, (_, index) => mutants[Math.floor(index * step)]).filter(
    (mutant) => mutant !== undefined,
  );
}
