/** What the suites of the sandbox are run against: one set of tests, and each engine gives what a program runs in. */
import type { ContainerHost } from "#platform/sandbox/container/container-host.ts";
import type { SandboxPolicy } from "#platform/sandbox/policy.ts";
import { ATTEMPT, type Bench, pythonRequest, ROLES, type Run } from "../sandbox-roles.ts";
import type { RunnerRequest } from "../sandbox-runner.ts";

export interface SandboxEngine {
  readonly bench: Bench;
  /** The words before a command that make org's process one of the user meant. */
  readonly words: readonly string[];
  /** Whether programs run in containers, and not under bubblewrap. */
  readonly isContainer: boolean;
  /** The user that a program is there. */
  readonly user: number;
  /** Processes beside the program that it sees there; those of them that count against its number. */
  readonly ownProcesses: number;
  readonly countedProcesses: number;
  /** The same request, for this engine. */
  adapt(request: RunnerRequest): RunnerRequest;
  /** Runs a Python program after `ATTEMPT`; throws where the sandbox refuses. */
  readonly attack: Run;
}

/** Bubblewrap, as each user that the tester can be. */
export function bubblewrapEngines(bench: Bench): readonly (readonly [string, SandboxEngine])[] {
  return ROLES.map(([name, words]) => [
    name,
    {
      ...{ bench, words, isContainer: false, user: 1000, ownProcesses: 1, countedProcesses: 1 },
      ...{ adapt: (request) => request, attack: bench.attack(words) },
    },
  ]);
}

/** @param container asked for with each program: the engine is started after the tests are named */
export function containerEngine(bench: Bench, container: () => ContainerHost): SandboxEngine {
  const adapt = (request: RunnerRequest): RunnerRequest => ({
    ...request,
    container: container(),
  });
  return {
    ...{ bench, words: [], isContainer: true, adapt, user: 65_534 },
    // The first process, and the shell that waits for the program.
    ...{ ownProcesses: 2, countedProcesses: 0 },
    attack: async (code: string, policy?: Partial<SandboxPolicy>) => {
      const reply = await bench.ask([], adapt(pythonRequest(ATTEMPT + code, policy)));
      if ("refused" in reply) throw new Error(reply.refused);
      return reply.result;
    },
  };
}
