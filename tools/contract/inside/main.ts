/**
 * The program that runs one call of a tool, in the sandbox. It reads a `CallRequest` from its standard
 * input, gives the tool a realm of its own (`node:vm`: another set of intrinsics, no `process`, no `Bun`, no
 * modules but zod, no code from text), and writes an `AnswerFrame`.
 *
 * The secret of the call lives in the realm of this program alone.
 */
import { readFileSync } from "node:fs";
import {
  type Context,
  createContext,
  runInContext,
  Script,
  SourceTextModule,
  SyntheticModule,
} from "node:vm";
import { Channel, readRequest } from "./channel.ts";
import { Fingerprint } from "./fingerprint.ts";
import type { Outer } from "./outer.ts";
import { createOuter } from "./outer-functions.ts";
import type { CallRequest } from "./protocol.ts";

// Objects of the language that no global name leads to.
const HIDDEN_ROOTS = `({
  asyncFunction: async () => {}, generator: function* () {}, asyncGenerator: async function* () {},
  arrayIterator: [].values(), mapIterator: new Map().values(), setIterator: new Set().values(),
  stringIterator: ""[Symbol.iterator](), matchIterator: "".matchAll(/a/g), iteratorHelper: [].values().map((x) => x),
})`;

type Input = ReturnType<typeof readRequest>;

/** Compiled once for all realms: what is compiled belongs to none of them. */
interface Programs {
  readonly zod: Script;
  readonly realm: Script;
}

/** One call, and who answers it. */
interface Call {
  readonly programs: Programs;
  readonly request: CallRequest;
  readonly channel: Channel;
  /** Called once it is answered. */
  readonly end: () => void;
}

/** What an error that nothing caught ends. */
let crash: ((error: unknown) => void) | undefined;

if (import.meta.main) await main(readRequest());

async function main({ request, nonce }: Input): Promise<void> {
  const programs: Programs = { zod: programOf("zod.js"), realm: programOf("realm.js") };
  forbidCodeFromText();
  process.on("uncaughtException", (error) => crash?.(error));
  process.on("unhandledRejection", (error) => crash?.(error));
  const leave = (): never => process.reallyExit(0);
  const { calls } = request;
  if (calls === undefined)
    return await answer({ programs, request, channel: new Channel(nonce), end: leave });
  for (const [index, call] of calls.entries()) {
    const ended = Promise.withResolvers<void>();
    const channel = new Channel(nonce, index);
    await answer({ programs, request: { ...request, ...call }, channel, end: ended.resolve });
    await ended.promise;
  }
  leave();
}

/** Makes a call in a realm of its own. */
async function answer({ programs, request, channel, end }: Call): Promise<void> {
  // No name of the outer realm: not even the global object inherits from an object of this realm.
  const context = createContext(Object.create(null), {
    codeGeneration: { strings: false, wasm: false },
  });
  // zod would try whether it may make code from text.
  runInContext("globalThis.__zod_globalConfig = { jitless: true }", context);
  const zod = await moduleOf(programs.zod.runInContext(context), context);
  const realm: unknown = programs.realm.runInContext(context);
  const violations: string[] = [];
  let isOver = false as boolean;
  const finish = (answer: string): void => {
    // What a call leaves behind says nothing about the next one.
    if (isOver) return;
    isOver = true;
    const message = `The contract does not name ${violations[0]}`;
    const output =
      violations.length === 0 ? answer : JSON.stringify({ kind: "capability", message });
    channel.answer(output, fingerprint.difference());
    end();
  };
  const outer = createOuter(request, {
    finish,
    violate: (what) => violations.push(what),
    ask: (...args) => channel.ask(...args),
  });
  const { createGuest } = realm as typeof import("./realm.ts"); // the module that it was built from
  const guest = createGuest(outer, { capabilities: request.capabilities });
  const fingerprint = fingerprintOf(context);
  crash = guest.crash;
  try {
    const tool = await loadTool(request, context, { zod, outer });
    guest.call(
      () => tool.evaluate(),
      () => tool.namespace,
      request.args,
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    finish(JSON.stringify({ kind: "load", message }));
  }
}

/** Its value is an object of what the module of this name exports. */
function programOf(filename: string): Script {
  return new Script(readFileSync(`${import.meta.dir}/${filename}`, "utf8"), { filename });
}

/** A module of what it exports. */
async function moduleOf(exported: object, context: Context): Promise<SyntheticModule> {
  const entries = Object.entries(exported);
  const module = new SyntheticModule(
    entries.map(([name]) => name),
    () => {
      for (const [name, value] of entries) module.setExport(name, value);
    },
    { context, identifier: "zod" },
  );
  await module.link(refuseImport);
  await module.evaluate();
  return module;
}

async function loadTool(
  { source, name, helpers }: CallRequest,
  context: Context,
  { zod, outer }: { zod: SyntheticModule; outer: Outer },
): Promise<SourceTextModule> {
  const folder = `/tool/tools/generated/${name}`;
  const sources = new Map(Object.entries({ ...helpers, "tool.ts": source }));
  const modules = new Map<string, SourceTextModule>();
  const open = (file: string, text: string): SourceTextModule => {
    const identifier = `${folder}/${file}`;
    const plain = new Bun.Transpiler({ loader: "ts" }).transformSync(text);
    // The comment, because Bun 1.4.5 names no module in a stack by its identifier.
    const module = new SourceTextModule(`${plain}\n//# sourceURL=${identifier}`, {
      context,
      identifier,
      importModuleDynamically: (specifier: string) => {
        outer.violate(`import("${specifier}")`);
        return refuseImport(specifier);
      },
    });
    modules.set(file, module);
    return module;
  };
  const tool = open("tool.ts", source);
  await tool.link((specifier) => {
    if (specifier === "zod") return zod;
    const file = specifier.startsWith("./") ? specifier.slice("./".length) : "";
    const text = sources.get(file);
    if (text !== undefined) return modules.get(file) ?? open(file, text);
    outer.violate(`the module "${specifier}"`);
    return refuseImport(specifier);
  });
  return tool;
}

/** For a tool that found its way here after all: without `Function`, an object of this realm is useless. */
function forbidCodeFromText(): void {
  const samples = [refuseImport, moduleOf, generator, asyncGenerator];
  for (const sample of samples) {
    Object.defineProperty(Object.getPrototypeOf(sample), "constructor", { value: undefined });
  }
}

function* generator(): Generator<void> {
  yield;
}

async function* asyncGenerator(): AsyncGenerator<void> {
  yield;
}

function refuseImport(specifier: string): never {
  throw new Error(`A tool may import "zod" and its own modules, not "${specifier}"`);
}

function fingerprintOf(context: Context): Fingerprint {
  return new Fingerprint({
    globalThis: runInContext("globalThis", context),
    language: runInContext(HIDDEN_ROOTS, context),
  });
}
