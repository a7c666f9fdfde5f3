/** A machine on which the built-in engine is installed as a person would install it. */
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fieldsOf } from "#core/json.ts";
import { readEngine } from "#models/engine/installed.ts";
import { type RunningEngine, startEngine } from "#models/engine/process.ts";
import type { Owned } from "#models/engine/restarts.ts";
import { DEFAULT_ENDPOINTS, firstThatAnswers } from "#models/probe.ts";
import { openProvider } from "#models/servers/open-provider.ts";
import { readServices } from "#platform/process-record.ts";
import { DISK } from "./disk.ts";
import { type OrgRan, testHome } from "./org-process.ts";
import { tinyModel } from "./tiny-model.ts";
import { until } from "./until.ts";
import { WebServer } from "./web-server.ts";

/** What a package client needs to know of this machine: where its index is, and how to get there. */
const OUTER =
  /^(home|pip_.*|npm_config_.*|bun_config_.*|(https?|no)_proxy|ssl_cert.*|node_extra_ca_certs)$/i;

/** Nothing is configured, so the program looks for a model that speaks; one thread, as in CI, and the smaller model. */
const NOTHING_CHOSEN = { OLLAMA_BASE: "", OLLAMA_MODEL: "", CI: "true", ORG_ENGINE_MODEL: "chat" };

export const TINY: Uint8Array = tinyModel();
export const TINY_SUM: string = new Bun.CryptoHasher("sha256").update(TINY).digest("hex");

export interface EngineMachine {
  /** The folder of the engine. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** A folder for an engine, with nothing in it. */
export async function engineMachine(): Promise<EngineMachine> {
  const folder = await mkdtemp(join(DISK, "org-engine-"));
  const outer = Object.entries(Bun.env).flatMap(([name, value]) =>
    OUTER.test(name) && value !== undefined ? [[name, value] as const] : [],
  );
  return {
    folder,
    environment: { ...Object.fromEntries(outer), ...NOTHING_CHOSEN, ORG_ENGINE_DIR: folder },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Installs the engine with a model of random weights, from a server that cuts the first connection in the middle. */
export async function installTiny({ environment }: EngineMachine): Promise<OrgRan> {
  let asked = 0;
  await using server = await WebServer.open((request, response) => {
    asked += 1;
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      "content-length": TINY.length - from,
      ...(from > 0 ? { "content-range": `bytes ${from}-${TINY.length - 1}/${TINY.length}` } : {}),
    });
    if (asked > 1) response.end(TINY.subarray(from));
    else response.write(TINY.subarray(0, 50_000), () => response.socket?.end());
  });
  await using home = await testHome();
  const from = server.url("/tiny.gguf", "127.0.0.1");
  const model = ["--from", from, "--sha256", TINY_SUM, "--name", "tiny", "--tools"];
  return await home.run(["engine", "install", "--yes", ...model], { environment });
}

/**
 * What an installation says that could not reach an index; nothing where it succeeded, or where it was given other bytes than
 * it wanted, which is not a reason to test nothing.
 */
export function unreached(stderr: string): string {
  const isReason =
    stderr.includes("[DOWNLOAD_FAILED]") && !/integrity|match|not the file/i.test(stderr);
  return isReason ? stderr : "";
}

/** Whether another server would speak, so that the engine is not asked. */
export async function otherServer(): Promise<string | undefined> {
  const timeouts = { firstByteMs: 1000, idleMs: 1000 };
  const servers = DEFAULT_ENDPOINTS.map((baseUrl) => openProvider({ baseUrl, timeouts }));
  return (await firstThatAnswers(servers))?.endpoint;
}

/** Starts the child alone, without a room around it. */
export async function startTiny(
  { folder }: EngineMachine,
  home: string,
): Promise<Owned<RunningEngine>> {
  const found = await readEngine(folder);
  if (found.state !== "installed") throw new Error(`The engine is ${found.state}`);
  const sizes = { threads: 1, contextTokens: 8192, conversations: 2 };
  const { signal } = new AbortController();
  return await startEngine({ engine: found.engine, home, ...sizes }, signal);
}

/** The process in which the engine of a home runs, as the home knows it. @param wanted what it does. */
export async function enginePid(home: string, wanted = "engine"): Promise<number> {
  return await until("an engine", async () => {
    const services = await readServices(home);
    return services.find(({ role }) => role === wanted)?.pid;
  });
}

export interface Completed {
  readonly message: Readonly<Record<string, unknown>>;
  readonly finish: unknown;
  readonly usage: Readonly<Record<string, unknown>>;
}

/** One answer in one piece. */
export async function complete(
  { url, token }: { readonly url: string; readonly token: string },
  asked: Readonly<Record<string, unknown>>,
): Promise<Completed> {
  const { system = "You are a guide.", user = "hi", ...options } = asked;
  const messages = [
    { role: "system", content: system },
    { role: "user", content: user },
  ];
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ model: "tiny", messages, ...options }),
  });
  const body = fieldsOf(await response.json());
  if (!response.ok) throw new Error(JSON.stringify(body));
  const [choice] = body["choices"] as readonly unknown[];
  const { message, finish_reason: finish } = fieldsOf(choice);
  return { message: fieldsOf(message), finish, usage: fieldsOf(body["usage"]) };
}
