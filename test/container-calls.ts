/** Calls of the sandbox in containers of an engine that a test scripts. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { homeLabel } from "#platform/sandbox/container/container-host.ts";
import { hostOfContainers } from "#platform/sandbox/host.ts";
import { DEFAULT_POLICY, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import type { SandboxResult } from "#platform/sandbox/result.ts";
import { runSandboxed, type SandboxOptions } from "#platform/sandbox/run.ts";
import { EngineDouble } from "./engine-double.ts";

export const TEST_IMAGE: string = `docker.io/library/debian@sha256:${"0".repeat(64)}`;
export const TEST_HOME: string = homeLabel("/home/of/test");

export class ContainerCalls implements AsyncDisposable {
  readonly engine: EngineDouble = new EngineDouble();
  /** The only folder that may be shown. */
  readonly workspace: string = mkdtempSync(join(tmpdir(), "org-shown-"));

  /** Runs `true`; what the double says of it is its program's. */
  async run(
    policy: Partial<SandboxPolicy> = {},
    options: Partial<SandboxOptions> & { readonly runtime?: string } = {},
  ): Promise<SandboxResult> {
    const { runtime, ...others } = options;
    const container = {
      ...{ socket: this.engine.socket, image: TEST_IMAGE, runtime, home: TEST_HOME },
      shows: [this.workspace],
    };
    return await runSandboxed(
      ["true"],
      { ...DEFAULT_POLICY, ...policy },
      { signal: new AbortController().signal, host: hostOfContainers(container), ...others },
    );
  }

  /** The error of a call that must not succeed. */
  async refused(
    policy: Partial<SandboxPolicy> = {},
    options: Partial<SandboxOptions> = {},
  ): Promise<OrgError> {
    const error = await this.run(policy, options).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error instanceof OrgError) return error;
    throw new Error(`It was not refused: ${error}`);
  }

  /** What the first container was made of. */
  get body(): Readonly<Record<string, unknown>> {
    return this.engine.asked("POST /containers/create")[0]?.body ?? {};
  }

  get hostConfig(): Readonly<Record<string, unknown>> {
    return Object(this.body["HostConfig"]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine[Symbol.asyncDispose]();
    rmSync(this.workspace, { recursive: true });
  }
}
