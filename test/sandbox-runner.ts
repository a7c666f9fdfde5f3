/**
 * Runs one program in the sandbox as the user who starts this: a request on stdin, the result on stdout, both
 * JSON. It lets a test that is root also look at the sandbox of an ordinary user, and end it by `kill -9`.
 */
import { OrgError } from "#core/errors.ts";
import type { SandboxFile } from "#platform/sandbox/arguments.ts";
import type { ContainerHost } from "#platform/sandbox/container/container-host.ts";
import { hostOfContainers, type SandboxHost } from "#platform/sandbox/host.ts";
import { landlockHost } from "#platform/sandbox/landlock/host.ts";
import type { SandboxPolicy } from "#platform/sandbox/policy.ts";
import type { SandboxResult } from "#platform/sandbox/result.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";

export interface RunnerRequest {
  readonly command: readonly string[];
  readonly policy: SandboxPolicy;
  readonly files: readonly SandboxFile[];
  /** @default bubblewrap */
  readonly tier?: "landlock" | undefined;
  /** A container engine, in the place of a tier. */
  readonly container?: ContainerHost | undefined;
}

export type RunnerReply = { readonly result: SandboxResult } | { readonly refused: string };

if (import.meta.main) {
  const { command, policy, files, tier, container }: RunnerRequest = JSON.parse(
    await Bun.stdin.text(),
  );
  let reply: RunnerReply;
  try {
    const result = await runSandboxed(command, policy, {
      signal: new AbortController().signal,
      files,
      host: hostOf(tier, container),
      // Tells the test, while the program runs, that it does.
      onOutput: (_, text) => process.stderr.write(text),
    });
    reply = { result };
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    reply = { refused: [error.code, error.message, error.why, ...error.remedies].join("\n") };
  }
  process.stdout.write(JSON.stringify(reply));
}

function hostOf(tier: "landlock" | undefined, container?: ContainerHost): SandboxHost | undefined {
  if (container !== undefined) return hostOfContainers(container);
  return tier === "landlock" ? landlockHost() : undefined;
}
