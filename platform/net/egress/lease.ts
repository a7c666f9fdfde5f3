/** The way of one sandbox to the network: a proxy outside, a bridge to it inside. */
import { join } from "node:path";
import { temporaryFolder } from "../../temporary-folder.ts";
import { BRIDGE_PORT, Bridge } from "./bridge-process.ts";
import { type EgressOptions, EgressProxy } from "./proxy.ts";

/** What programs read to find their proxy; there is no convention on the case. */
export const EGRESS_ENVIRONMENT: Readonly<Record<string, string>> = Object.fromEntries(
  [
    // Of http:// the proxy says that only https:// is passed on; without it, a program would blame the name.
    ["http_proxy", `http://127.0.0.1:${BRIDGE_PORT}`],
    ["https_proxy", `http://127.0.0.1:${BRIDGE_PORT}`],
    ["no_proxy", "localhost,127.0.0.1,::1"],
  ].flatMap(([name = "", value = ""]) => [
    [name, value],
    [name.toUpperCase(), value],
  ]),
);

/** Lasts as long as one sandbox. Disposing closes every tunnel, ends the bridge and removes the socket. */
export class EgressLease implements AsyncDisposable {
  /** Path of the Unix socket that the proxy listens on. */
  readonly socket: string;
  readonly #parts: AsyncDisposableStack;

  private constructor(parts: AsyncDisposableStack, socket: string) {
    this.#parts = parts;
    this.socket = socket;
  }

  /** @throws {OrgError} `CONFIG_INVALID` for a host that is not a domain. */
  static async open(options: EgressOptions): Promise<EgressLease> {
    await using parts = new AsyncDisposableStack();
    // For this user alone: a user who can enter the folder can use the lease.
    // biome-ignore lint/nursery/useDisposables: the stack disposes of it
    const folder = parts.use(await temporaryFolder("egress"));
    const socket = join(folder.path, "proxy");
    parts.use(await EgressProxy.open(socket, options));
    return new EgressLease(parts.move(), socket);
  }

  /**
   * Lets a sandbox use the lease; to be called before its program starts.
   *
   * @param init process id, on the host, of the sandbox's first process.
   * @throws {OrgError} `SANDBOX_UNAVAILABLE` when its network cannot be entered.
   */
  async attach(init: number): Promise<void> {
    this.#parts.use(await Bridge.start(init, this.socket));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }
}
