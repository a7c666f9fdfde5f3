/** One container of the sandbox: programs run in it one after the other. */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ContainerEngine } from "../../net/container-engine.ts";
import { type EngineFrame, EngineFrames } from "../../net/engine-frames.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { CallFiles, foldersIn } from "./call-files.ts";
import { CALL_COMMAND } from "./call-script.ts";
import { ContainerGroup } from "./container-group.ts";
import { createAndStart, removeContainer } from "./containers.ts";
import { type BodyParts, CONTAINER_USER, type CreateBody } from "./create-body.ts";
import { Life, OWN_FOLDER } from "./life.ts";
import { profileFor } from "./seccomp-profile.ts";

const created = z.object({ Id: z.string().regex(/^[0-9a-f]{12,64}$/) });
const inspected = z.object({ State: z.object({ Pid: z.int().default(0) }) });
const stateSchema = inspected.catch({ State: { Pid: 0 } });
const executed = z.object({ Running: z.boolean(), ExitCode: z.int().nullish() });
const measured = z.object({
  pids_stats: z.object({ current: z.int().nullish() }).nullish(),
  cpu_stats: z
    .object({ cpu_usage: z.object({ total_usage: z.number().nullish() }).nullish() })
    .nullish(),
  memory_stats: z.object({ max_usage: z.number().nullish() }).nullish(),
});

/** What a container uses, as its control group counts it. */
export interface BoxUsage {
  /** Processes and threads; `undefined` where the engine does not tell. */
  readonly processes: number | undefined;
  /** CPU time since its start, in milliseconds. */
  readonly cpuMs: number;
  /** The most memory at once since its start, in bytes; `undefined` where only the present is counted. */
  readonly peakBytes: number | undefined;
}

export interface BoxOptions {
  readonly engine: ContainerEngine;
  /** Of `topFolders`. */
  readonly tops: readonly string[];
  /** Paths in them where the container has another mount. */
  readonly mountPoints: readonly { readonly to: string; readonly isFolder: boolean }[];
  /** The container. */
  readonly body: (own: OwnFiles) => CreateBody;
}

/** What on the host is for one container. */
type OwnFiles = Pick<BodyParts, "folders" | "seccomp" | "closed" | "hosts" | "isPodman">;

/** Longest wait for the exit code of a program that says nothing more, in milliseconds. */
const EXIT_MS = 10_000;
const NANOSECONDS = 1e6;
const EXEC_BODY: CreateBody = {
  ...{ AttachStdout: true, AttachStderr: true, Tty: false, Privileged: false },
  ...{ User: CONTAINER_USER, Cmd: CALL_COMMAND },
};

/** Disposing ends everything in it and removes it, with its folder on the host. */
export class Box implements AsyncDisposable {
  /** Its folder on the host, for `CallFiles`. */
  readonly folder: string;
  readonly openedAtMs: number = performance.now();
  /** How many programs have run in it. */
  calls = 0;
  /** CPU time that was used before the program that runs, in milliseconds. */
  cpuMsBefore = 0;
  /** Where this machine shows it. */
  group: ContainerGroup | undefined;
  readonly #engine: ContainerEngine;
  readonly #id: string;
  readonly #life: Life;
  readonly #parts: AsyncDisposableStack;

  private constructor(options: BoxOptions, id: string, own: OwnParts) {
    this.#engine = options.engine;
    this.#id = id;
    this.#life = own.life;
    this.folder = own.folder;
    this.#parts = own.parts;
  }

  /** Makes and starts a container. @throws {OrgError} `SANDBOX_UNAVAILABLE`; nothing is left then. */
  static async open(options: BoxOptions): Promise<Box> {
    const { engine, tops, mountPoints, body } = options;
    await using parts = new AsyncDisposableStack();
    // biome-ignore lint/nursery/useDisposables: the stack disposes of it
    const folder = parts.use(await temporaryFolder("container"));
    const folders = foldersIn(folder.path, tops);
    for (const { from } of folders) {
      mkdirSync(from, { recursive: true });
      chmodSync(from, 0o755);
    }
    new CallFiles(folder.path, tops).makeMountPoints(mountPoints);
    const closed = join(folder.path, "closed");
    writeFileSync(closed, "", { mode: 0 });
    const hosts = join(folder.path, "hosts");
    writeFileSync(hosts, "127.0.0.1 localhost\n");
    chmodSync(hosts, 0o644);
    const isPodman = await engine.isPodman();
    const seccomp = profileFor(isPodman, folder.path);
    // A name of its own, known before: what is made by a request whose answer is lost can be removed all the same.
    const name = `org-${crypto.randomUUID()}`;
    // biome-ignore lint/nursery/useDisposables: the stack disposes of it
    const life = new Life(join(folder.path, "shown", OWN_FOLDER));
    parts.defer(async () => {
      // The programs end with the life, whatever the engine says; the object is swept with the next start.
      life[Symbol.dispose]();
      await removeContainer(engine, name).catch(() => undefined);
    });
    const id = await createAndStart(
      engine,
      name,
      body({ folders, seccomp, closed, hosts, isPodman }),
    );
    const looking = {
      method: "GET",
      path: `/containers/${id}/json`,
      doing: "describe it",
    } as const;
    const { State } = await engine.ask(looking, stateSchema);
    const box = new Box(options, id, { life, folder: folder.path, parts: parts.move() });
    box.group = ContainerGroup.of(State.Pid, id);
    return box;
  }

  /** Process id, on this machine, of its first process. @throws {OrgError} `SANDBOX_UNAVAILABLE` */
  async init(): Promise<number> {
    const call = { method: "GET", doing: "describe a container" } as const;
    const { State } = await this.#engine.ask(
      { ...call, path: `/containers/${this.#id}/json` },
      inspected,
    );
    return State.Pid;
  }

  /**
   * Runs the script that lies in its files, to the end of its output.
   *
   * @param signal lets go of the output; the program goes on until {@link end}.
   * @returns for {@link exitCode}.
   * @throws {OrgError} `SANDBOX_UNAVAILABLE` where the engine will not; {@link Error} where its output breaks off.
   */
  async run(onFrame: (frame: EngineFrame) => void, signal: AbortSignal): Promise<string> {
    this.calls += 1;
    const { Id: exec } = await this.#engine.ask(
      {
        ...{ method: "POST", path: `/containers/${this.#id}/exec`, doing: "prepare a program" },
        ...{ body: EXEC_BODY, signal },
      },
      created,
    );
    const stream = await this.#engine.stream({
      ...{ method: "POST", path: `/exec/${exec}/start`, doing: "start a program", signal },
      body: { Detach: false, Tty: false },
    });
    const frames = new EngineFrames();
    for await (const chunk of stream) for (const frame of frames.push(chunk)) onFrame(frame);
    if (!frames.isWhole) throw new Error("The output ended in the middle of a frame.");
    return exec;
  }

  /** @returns `undefined` where the engine does not know it in time. @throws {OrgError} `SANDBOX_UNAVAILABLE` */
  async exitCode(exec: string, signal: AbortSignal): Promise<number | undefined> {
    const limit = performance.now() + EXIT_MS;
    const path = `/exec/${exec}/json`;
    // An engine may close the output a moment before it knows the code.
    while (performance.now() < limit) {
      const call = { method: "GET", path, doing: "tell how a program ended", signal } as const;
      const { Running, ExitCode } = await this.#engine.ask(call, executed);
      if (!Running) return ExitCode ?? undefined;
      await Bun.sleep(20);
    }
    return undefined;
  }

  /** @returns `undefined` where the engine does not tell. */
  async usage(): Promise<BoxUsage | undefined> {
    const path = `/containers/${this.#id}/stats?stream=false&one-shot=true`;
    const call = { method: "GET", path, doing: "count what a container uses" } as const;
    try {
      const { pids_stats, cpu_stats, memory_stats } = await this.#engine.ask(call, measured);
      return {
        processes: pids_stats?.current ?? undefined,
        cpuMs: (cpu_stats?.cpu_usage?.total_usage ?? 0) / NANOSECONDS,
        // Control groups of version 2 have it, and the interface has no place for it.
        peakBytes: memory_stats?.max_usage || undefined,
      };
    } catch {
      // It has ended, or the engine has: there is nothing left to count.
      return undefined;
    }
  }

  /** Ends everything in it now, with the engine or without. */
  end(): void {
    this.#life[Symbol.dispose]();
    const path = `/containers/${this.#id}/kill?signal=KILL`;
    // For an image without `flock`. That it is gone already is what is wanted.
    void this.#engine
      .tell({ method: "POST", path, doing: "end a container" })
      .catch(() => undefined);
  }

  /** For the end of the process, which waits for nothing. */
  removeFolder(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }
}

interface OwnParts {
  readonly life: Life;
  readonly folder: string;
  readonly parts: AsyncDisposableStack;
}
