/** Starts the bridge between the network of one sandbox and its proxy. */
import { closeSync, openSync } from "node:fs";
import { geteuid } from "node:process";
import { OrgError, reasonOf } from "#core/errors.ts";
import { openOwner } from "../../libc.ts";

/** The port of the sandbox's loopback that programs inside take for their proxy. */
export const BRIDGE_PORT = 3128;

const PROGRAM = Bun.fileURLToPath(import.meta.resolve("./bridge.ts"));

type Child = Bun.Subprocess<"pipe", "pipe", "pipe">;

/** A bridge that listens. Disposing ends it; it also ends when this process does, however it ends. */
export class Bridge implements AsyncDisposable {
  readonly #child: Child;

  private constructor(child: Child) {
    this.#child = child;
  }

  /**
   * @param init process id, on the host, of a sandbox's first process.
   * @param socket path of the proxy's Unix socket.
   * @throws {OrgError} `SANDBOX_UNAVAILABLE` when the sandbox's network cannot be entered.
   */
  static async start(init: number, socket: string): Promise<Bridge> {
    const bun = [process.execPath, "--no-env-file", "--no-install", PROGRAM];
    const child = spawnInside(init, [...bun, socket, String(BRIDGE_PORT)]);
    const { value } = await child.stdout.getReader().read();
    if (value !== undefined) return new Bridge(child);
    throw unavailable((await child.stderr.text()).trim());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await this.#child.exited;
  }
}

/** Starts a program in the network of a sandbox and nowhere else in it: its files and processes stay ours. */
function spawnInside(init: number, command: readonly string[]): Child {
  const namespaces: number[] = [];
  try {
    const network = openSync(`/proc/${init}/ns/net`, "r");
    namespaces.push(network);
    namespaces.push(openOwner(network));
    return Bun.spawn([...enter(), ...command], {
      env: {},
      cwd: "/",
      // The child gets the namespaces as 3 and 4, so that we can close them at once.
      stdio: ["pipe", "pipe", "pipe", ...namespaces],
      killSignal: "SIGKILL",
    });
  } catch (error) {
    // The sandbox is gone, or the kernel does not let us in.
    throw error instanceof OrgError ? error : unavailable(reasonOf(error));
  } finally {
    for (const fd of namespaces) closeSync(fd);
  }
}

/** The arguments that enter the namespaces. */
function enter(): string[] {
  const network = [find("nsenter"), "--net=/proc/self/fd/3"];
  // Root may enter, and needs its rights for nothing else.
  if (geteuid?.() === 0) return [...network, "--", find("setpriv"), ...NO_RIGHTS, "--"];
  // The user who made the user namespace that a network belongs to may do there what root may.
  return [...network, "--user=/proc/self/fd/4", "--preserve-credentials", "--"];
}

const NO_RIGHTS = ["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"];

function find(program: string): string {
  // From "/": a relative entry of PATH must not lead into a folder that a model can write.
  const path = Bun.which(program, { cwd: "/" });
  if (path === null) throw unavailable(`"${program}" is not installed.`);
  return path;
}

function unavailable(why: string): OrgError {
  return new OrgError("The sandbox could not be given its way to the network", {
    code: "SANDBOX_UNAVAILABLE",
    why: why === "" ? "The bridge ended before it listened." : why,
    remedies: [
      "sudo apt-get install util-linux",
      "run org as an ordinary user, or in a container with CAP_SYS_ADMIN",
    ],
    unchanged: "Nothing was run.",
  });
}
