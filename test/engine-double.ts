/** A container engine that does what a test says: it runs nothing, and answers as Docker does. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BEGIN_LINE } from "#platform/sandbox/container/call-script.ts";

/** One request, as it came. */
export interface EngineRequest {
  readonly method: string;
  /** Without the version, with what is behind the question mark. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

interface DoubledContainer {
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
  isStarted: boolean;
}

/** Answers in the place of the engine; nothing: it answers as usual. */
type Script = (request: EngineRequest) => Response | Promise<Response> | undefined;

/** What a program prints to each stream, and how it ends. */
interface Program {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit?: number;
  /** It goes on until its container is ended. @default false */
  readonly goesOn?: boolean;
}

/** A frame as an engine sends it. @param kind 1: stdout, 2: stderr */
export function engineFrame(kind: number, text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  const frame = new Uint8Array(8 + bytes.length);
  frame[0] = kind;
  new DataView(frame.buffer).setUint32(4, bytes.length);
  frame.set(bytes, 8);
  return frame;
}

/** What a started program sends. */
export function programFrames({ stdout = "", stderr = "" }: Program = {}): Uint8Array<ArrayBuffer> {
  return Buffer.concat([engineFrame(2, BEGIN_LINE + stderr), engineFrame(1, stdout)]);
}

export class EngineDouble implements AsyncDisposable {
  readonly socket: string;
  readonly requests: EngineRequest[] = [];
  /** By their ids. */
  readonly containers: Map<string, DoubledContainer> = new Map();
  script: Script = () => undefined;
  program: Program = {};
  /** Processes in each container when its program has ended. */
  processes = 1;
  readonly #goingOn = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #folder: string;
  readonly #server: Bun.Server<undefined>;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), "org-engine-"));
    this.socket = join(this.#folder, "engine.sock");
    this.#server = Bun.serve({
      unix: this.socket,
      fetch: async (request) => await this.#answer(request),
    });
  }

  /** Ends it as `kill -9` would: connections break off. */
  async die(): Promise<void> {
    await this.#server.stop(true);
  }

  /** The requests whose method and path begin with this, as "POST /containers/create". */
  asked(beginning: string): EngineRequest[] {
    return this.requests.filter(({ method, path }) => `${method} ${path}`.startsWith(beginning));
  }

  /** Puts a container there that another user made. @returns its id. */
  add(labels: Readonly<Record<string, string>>, name = "other"): string {
    const id = new Bun.CryptoHasher("sha256").update(crypto.randomUUID()).digest("hex");
    this.containers.set(id, { name, body: { Labels: labels }, isStarted: true });
    return id;
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const text = await request.text();
    const asked: EngineRequest = {
      method: request.method,
      path: pathname.replace(/^\/v1\.\d+/, "") + search,
      body: text === "" ? {} : JSON.parse(text),
    };
    this.requests.push(asked);
    return (await this.script(asked)) ?? this.#usual(asked);
  }

  #usual({ method, path, body }: EngineRequest): Response {
    const [route = "", search = ""] = path.split("?");
    const [, kind, key = "", action = ""] = route.split("/");
    if (kind === "_ping") return new Response("OK");
    if (route === "/containers/create") return this.#create(search, body);
    if (route === "/containers/json") return Response.json(this.#listed());
    if (kind === "exec") return this.#exec(action);
    const id = this.#find(key);
    if (kind !== "containers" || id === undefined) return refusal(404, `no such object: ${key}`);
    const container = this.containers.get(id);
    switch (`${method} ${action}`) {
      case "POST start":
        if (container !== undefined) container.isStarted = true;
        return new Response(null, { status: 204 });
      case "POST kill":
      case "POST stop":
        this.#end();
        return new Response(null, { status: 204 });
      case "POST exec":
        return Response.json({ Id: id.slice(0, 63).concat("e") }, { status: 201 });
      case "GET stats":
        return Response.json({
          pids_stats: { current: this.processes },
          cpu_stats: { cpu_usage: { total_usage: 5_000_000 } },
          memory_stats: { usage: 1 },
        });
      case "GET logs":
        return new Response(engineFrame(1, this.program.stdout ?? ""));
      case "GET json":
        return Response.json(described(id, container));
      case "DELETE ":
        this.containers.delete(id);
        this.#end();
        return new Response(null, { status: 204 });
      default:
        return refusal(404, "page not found");
    }
  }

  #create(search: string, body: EngineRequest["body"]): Response {
    const id = new Bun.CryptoHasher("sha256").update(crypto.randomUUID()).digest("hex");
    const name = new URLSearchParams(search).get("name") ?? id;
    this.containers.set(id, { name, body, isStarted: false });
    return Response.json({ Id: id, Warnings: [] }, { status: 201 });
  }

  #exec(action: string): Response {
    if (action === "start") return new Response(this.#output());
    return Response.json({ Running: false, ExitCode: this.program.exit ?? 0 });
  }

  #output(): ReadableStream<Uint8Array> {
    const { goesOn = false } = this.program;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(programFrames(this.program));
        if (goesOn) this.#goingOn.add(controller);
        else controller.close();
      },
    });
  }

  #end(): void {
    for (const controller of this.#goingOn) controller.close();
    this.#goingOn.clear();
  }

  #find(key: string): string | undefined {
    return [...this.containers].find(([id, { name }]) => id.startsWith(key) || name === key)?.[0];
  }

  #listed(): unknown[] {
    return [...this.containers].map(([id, { body }]) => ({
      ...{ Id: id, Image: body["Image"] ?? "", State: "running", Status: "Up" },
      ...{ Command: "", Labels: body["Labels"] },
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.die();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function described(id: string, container: DoubledContainer | undefined): unknown {
  const { body = {}, isStarted = false } = container ?? {};
  return {
    Id: id,
    State: { Pid: process.pid, Status: isStarted ? "running" : "created", ExitCode: 0 },
    Config: { Labels: body["Labels"], Image: body["Image"] ?? "", Cmd: body["Cmd"] ?? [] },
    HostConfig: body["HostConfig"] ?? {},
  };
}

/** As Docker refuses. */
export function refusal(status: number, message: string): Response {
  return Response.json({ message }, { status });
}
