/** Network namespaces on a bridge of their own: nodes whose packets vanish for real. Needs root. */
import { geteuid } from "node:process";

/** Containers may not make a network, not even for root. */
export const CAN_MAKE_NETWORKS: boolean =
  geteuid?.() === 0 &&
  Bun.which("iptables") !== null &&
  Bun.spawnSync(["unshare", "--net", "ip", "link"]).exitCode === 0;

/** Both directions: what a node says is not heard either. */
const CHAINS = [
  ["INPUT", "-i"],
  ["OUTPUT", "-o"],
] as const;

export class NetworkNodes implements AsyncDisposable {
  /** Of the host on the bridge, where a server can listen. */
  readonly address: string;
  /** As pg_hba.conf wants it. */
  readonly range: string;
  readonly #bridge: string;
  readonly #names: readonly string[];

  private constructor(names: readonly string[]) {
    // Of one process of the machine, so that two runs at once have networks of their own.
    this.#bridge = `orgt${process.pid}`;
    this.#names = names;
    const network = `10.${64 + (process.pid % 60)}.${(process.pid >> 6) % 250}`;
    this.address = `${network}.1`;
    this.range = `${network}.0/24`;
  }

  static async start(names: readonly string[]): Promise<NetworkNodes> {
    const nodes = new NetworkNodes(names);
    await using parts = new AsyncDisposableStack();
    parts.use(nodes);
    await nodes.#make();
    parts.move();
    return nodes;
  }

  /** A command line that runs in the namespace of a node; it is the process itself that is started. */
  command(name: string, words: readonly string[]): string[] {
    return ["ip", "netns", "exec", this.#of(name), ...words];
  }

  /** From now on all its packets vanish, and no connection is told so. */
  async cut(name: string): Promise<void> {
    for (const [chain, by] of CHAINS) {
      await run(this.command(name, ["iptables", "-I", chain, by, "eth0", "-j", "DROP"]));
    }
  }

  async mend(name: string): Promise<void> {
    for (const [chain, by] of CHAINS) {
      await run(this.command(name, ["iptables", "-D", chain, by, "eth0", "-j", "DROP"]));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.#names) {
      await run(["ip", "netns", "delete", this.#of(name)]).catch(() => undefined);
    }
    await run(["ip", "link", "delete", this.#bridge]).catch(() => undefined);
  }

  async #make(): Promise<void> {
    const [bridge, network] = [this.#bridge, this.address.slice(0, -2)];
    await run(["ip", "link", "add", bridge, "type", "bridge"]);
    await run(["ip", "address", "add", `${this.address}/24`, "dev", bridge]);
    await run(["ip", "link", "set", bridge, "up"]);
    for (const [index, name] of this.#names.entries()) {
      const [space, port] = [this.#of(name), `${bridge}-${index}`];
      await run(["ip", "netns", "add", space]);
      const peer = ["peer", "name", "eth0", "netns", space];
      await run(["ip", "link", "add", port, "type", "veth", ...peer]);
      await run(["ip", "link", "set", port, "master", bridge, "up"]);
      await run([
        "ip",
        "-n",
        space,
        "address",
        "add",
        `${network}.${index + 11}/24`,
        "dev",
        "eth0",
      ]);
      await run(["ip", "-n", space, "link", "set", "lo", "up"]);
      await run(["ip", "-n", space, "link", "set", "eth0", "up"]);
    }
  }

  #of(name: string): string {
    return `${this.#bridge}-${name}`;
  }
}

async function run(command: readonly string[]): Promise<void> {
  const { exited, stderr } = Bun.spawn([...command], { stdout: "ignore", stderr: "pipe" });
  const complaints = await new Response(stderr).text();
  if ((await exited) !== 0) throw new Error(`${command.join(" ")}: ${complaints}`);
}
