/** What a TypeScript tool can see and change of the language that it runs in; in the real sandbox. */
import { describe, expect, test } from "bun:test";
import { outcomeOf, runs, typescriptTool } from "./tool-maker.ts";

describe("a changed language is noticed", () => {
  test.each([
    ["a polluted prototype", `Object.prototype.polluted = 1`],
    [
      "a prototype polluted over JSON",
      `const a = JSON.parse('{"__proto__": {"x": 1}}'); for (const k in a.__proto__) Object.prototype[k] = 1; Object.assign(({}).__proto__, { x: 1 })`,
    ],
    [
      "toJSON for everything",
      `Object.defineProperty(Object.prototype, "toJSON", { value: () => ({ n: 1 }), configurable: true })`,
    ],
    ["JSON.stringify", `JSON.stringify = () => '{"kind":"result","value":{"n":1}}'`],
    ["JSON.parse", `JSON.parse = () => ({ n: 1 })`],
    ["promises", `Promise.prototype.then = function (done) { done({ n: 1 }); return this }`],
    [
      "the species of promises",
      `Object.defineProperty(Promise, Symbol.species, { get() { return Object } })`,
    ],
    ["what is iterated", `Array.prototype[Symbol.iterator] = function* () { yield 1 }`],
    [
      "a hidden prototype",
      `Object.getPrototypeOf(function* () {}).prototype.next = () => ({ done: true })`,
    ],
    ["an iterator", `Object.getPrototypeOf([].values()).next = () => ({ done: true })`],
    [
      "what is an instance of what",
      `Object.defineProperty(Array, Symbol.hasInstance, { value: () => true })`,
    ],
    ["a getter", `Object.defineProperty(RegExp.prototype, "flags", { get: () => "g" })`],
    ["arithmetic", `Math.max = () => 1`],
    ["the clock", `Date.now = () => 1`],
    ["chance", `Math.random = () => 0.5`],
    ["a frozen prototype", `Object.freeze(Array.prototype)`],
    ["another prototype", `Object.setPrototypeOf(Map.prototype, Array.prototype)`],
    ["something missing", `delete String.prototype.trim`],
    ["something missing that all objects have", `delete Array.prototype.constructor`],
    ["a prototype polluted by a name of zod", `Object.prototype.__zod_seen = 1`],
    ["a function that was made a constructor", `Reflect.defineProperty(Map, "seen", { value: 1 })`],
    ["a new global name", `globalThis.seen = 1`],
    ["the console", `console.log = () => {}`],
  ])("%s", async (_name, change) => {
    const tampered = { kind: "breakdown", why: "tampered" };
    expect(await outcomeOf(typescriptTool(runs(`${change}; return { n: 1 }`)))).toMatchObject(
      tampered,
    );
    const atTheTop = typescriptTool(runs(`return { n: 1 }`, change));
    expect(await outcomeOf(atTheTop)).toMatchObject(tampered);
  });

  test("and what was changed is named", async () => {
    const outcome = await outcomeOf(typescriptTool(runs(`Array.prototype.map = 1; return 1`)));
    expect(outcome).toMatchObject({ detail: "It changed globalThis.Array.prototype.map." });
  });

  test("and the functions of its objects keep nothing", async () => {
    const body = `
      const { map } = Array.prototype;
      return [Reflect.set(map, "seen", 1), Reflect.defineProperty(map, "name", { value: "x" }),
        Reflect.setPrototypeOf(map, null), Reflect.deleteProperty(map, "length"), map.name, map.length]`;
    const value = [false, false, false, false, "map", 1];
    expect(await outcomeOf(typescriptTool(runs(body)))).toEqual({ kind: "result", value });
  });

  test("what only looks like a change is none", async () => {
    const body = `
      class List extends Array { map() { return 1 } }
      const own = { toString: () => "x", __proto__: null };
      "abc".match(/b/); Error.captureStackTrace({}); z.string().meta({ title: "t" }); z.config({});
      return new List().map()`;
    expect(await outcomeOf(typescriptTool(runs(body)))).toEqual({ kind: "result", value: 1 });
  });
});

describe("what a contract does not name", () => {
  test.each([
    [
      "a module of the system",
      runs(`return 1`, `import { readFileSync } from "node:fs"; readFileSync;`),
    ],
    ["a module of Bun", runs(`return 1`, `import { dlopen } from "bun:ffi"; dlopen;`)],
    ["a package", runs(`return 1`, `import fc from "fast-check"; fc;`)],
    ["a file", runs(`return 1`, `import cases from "./cases.json"; cases;`)],
    ["a module while it runs", runs(`try { await import("node:fs") } catch {} return 1`)],
    ["eval", runs(`try { eval("1") } catch {} return 1`)],
    ["eval by another name", runs(`try { (0, eval)("1") } catch {} return 1`)],
    ["a new function", runs(`try { new Function("return 1") } catch {} return 1`)],
    [
      "the constructor of functions",
      runs(`try { (() => {}).constructor("return 1") } catch {} return 1`),
    ],
    [
      "the constructor of async functions",
      runs(`try { run.constructor("return 1") } catch {} return 1`),
    ],
    [
      "the constructor of generators",
      runs(`try { (function* () {}).constructor("") } catch {} return 1`),
    ],
    ["chance", runs(`try { Math.random() } catch {} return 1`)],
    ["random bytes", runs(`try { crypto.randomUUID() } catch {} return 1`)],
    ["ctx.fetch", runs(`try { await ctx.fetch("https://a.example/") } catch {} return 1`)],
    ["ctx.files", runs(`try { await ctx.files.read("a") } catch {} return 1`)],
    ["ctx.memory", runs(`try { await ctx.memory.get("a") } catch {} return 1`)],
    ["ctx.clock", runs(`try { ctx.clock.now() } catch {} return 1`)],
    ["ctx.random", runs(`try { ctx.random() } catch {} return 1`)],
  ])("%s", async (_name, source) => {
    const outcome = await outcomeOf(typescriptTool(source));
    expect(outcome).toMatchObject({ kind: "breakdown", why: "capability" });
  });

  test("a macro, which would run before the tool does", async () => {
    const before = `import { now } from "./tool.ts" with { type: "macro" }; now();`;
    const outcome = await outcomeOf(typescriptTool(runs(`return 1`, before)));
    expect(outcome).toMatchObject({ kind: "breakdown", why: "load" });
  });

  test("is not there under any global name", async () => {
    const names = [
      "process",
      "Bun",
      "require",
      "module",
      "fetch",
      "WebSocket",
      "Worker",
      "Buffer",
      "global",
      "navigator",
      "WebAssembly",
      "SharedArrayBuffer",
      "Atomics",
      "ShadowRealm",
      "WeakRef",
    ];
    const body = `return ${JSON.stringify(names)}.filter((name) => name in globalThis)`;
    const outcome = await outcomeOf(typescriptTool(runs(body)));
    expect(outcome).toEqual({ kind: "result", value: [] });
  });
});

describe("the realm of a tool", () => {
  // A tool that holds one object of the program around has its constructor, and with it everything.
  const WALK = `
    const roots = new Set([Object.prototype, Function.prototype]);
    const seen = new Set(); const foreign = [];
    const visit = (value, path) => {
      if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
      seen.add(value);
      const prototype = Object.getPrototypeOf(value);
      if (prototype === null && !roots.has(value) && typeof value === "function") foreign.push(path);
      if (prototype === null && value.hasOwnProperty && value !== Object.prototype) foreign.push(path);
      visit(prototype, path + ".__proto__");
      for (const key of Reflect.ownKeys(value)) {
        const { value: inner, get, set } = Object.getOwnPropertyDescriptor(value, key);
        for (const next of [inner, get, set]) visit(next, path + "." + String(key));
      }
    };`;

  test("leads nowhere else, neither by what it is given nor by what fails", async () => {
    const body = `${WALK}
      const caught = [];
      const attempt = async (work) => { try { visit(await work(), work + " value") } catch (error) { visit(error, work + " error") } };
      visit(globalThis, "globalThis"); visit(args, "args"); visit(ctx, "ctx"); visit(z, "z");
      visit(import.meta, "import.meta");
      await attempt(() => new URL("::"));
      await attempt(() => new URL("https://a.example/?a=1"));
      await attempt(() => { const url = new URL("https://a.example"); url.href = "::"; });
      await attempt(() => [...new URLSearchParams("a=1&b=2").entries()]);
      await attempt(() => new URLSearchParams("a=1&a=2").getAll("a"));
      await attempt(() => new URLSearchParams([["a"]]));
      await attempt(() => new TextDecoder("nothing").decode(new Uint8Array(1)));
      await attempt(() => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([255])));
      await attempt(() => new TextEncoder().encodeInto("a", new Uint8Array(1)));
      await attempt(() => new TextEncoder().encodeInto("a", 1));
      await attempt(() => crypto.subtle.digest("none", new Uint8Array(1)));
      await attempt(() => crypto.subtle.digest("SHA-1", "text"));
      await attempt(() => setTimeout(() => {}, 1));
      await attempt(() => setTimeout(() => {}, 1n));
      await attempt(() => ctx.memory.get("a"));
      await attempt(() => ctx.memory.get("fail"));
      await attempt(() => new Promise((done) => setTimeout(function () { done([this, ...arguments]) }, 1)));
      await attempt(() => { null.x });
      await attempt(() => { const deep = () => 1 + deep(); deep(); });
      await attempt(() => structuredClone(() => {}));
      await attempt(() => z.object({}).parse(1));
      const deepErrors = [];
      const calls = [() => new URL("https://a.example"), () => url.href, () => { url.search = "a" },
        () => query.getAll("a"), () => [...query], () => query.append("a", "b"), () => ctx.log("x"),
        () => new TextEncoder().encode("x"), () => new TextDecoder().decode(new Uint8Array(9)),
        () => Date.now(), () => setTimeout(() => {}, 1), () => ctx.memory.get("a"), () => console.log("x"),
        () => crypto.subtle.digest("SHA-1", new Uint8Array(1)), () => new URLSearchParams("a=1")];
      const url = new URL("https://b.example"); const query = new URLSearchParams("a=1");
      // At the end of the stack, and at each of the levels just before it.
      let levels = 0;
      const sink = (call) => {
        try { return 1 + sink(call) } catch (error) { if (levels === 0) deepErrors.push(error) }
        levels += 1;
        if (levels < 3000) { try { call() } catch (error) { deepErrors.push(error) } }
        throw "up";
      };
      for (const call of calls) { levels = 0; try { sink(call) } catch {} }
      for (const error of deepErrors) visit(error, "deep error");
      if (deepErrors.length < calls.length) foreign.push("no overflow happened");
      Error.prepareStackTrace = (_, sites) => { for (const site of sites) { visit(site.getThis(), "this"); visit(site.getFunction(), "function") } };
      void new Error("x").stack; delete Error.prepareStackTrace;
      return foreign;`;
    const outcome = await outcomeOf(typescriptTool(runs(body), { capabilities: ["memory"] }), {
      capabilities: {
        memory: {
          get: async (key) => (key === "fail" ? await Promise.reject(new Error("no")) : { a: [1] }),
          set: async () => undefined,
        },
      },
    });
    expect(outcome).toEqual({ kind: "result", value: [] });
  });

  test("shows neither the secret of the call nor the call itself in a stack", async () => {
    const body = `try { null.x } catch (error) { return error.stack }`;
    const outcome = await outcomeOf(typescriptTool(runs(body)));
    expect(JSON.stringify(outcome)).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
    expect(JSON.stringify(outcome)).toContain("/tool/tools/generated/probe/tool.ts");
  });

  test("is the same for every call: no clock, no chance, no trace of the one before", async () => {
    const body = `
      const before = globalThis.Math.calls; let count = 0; count += 1;
      return [before ?? null, count, Date.now(), String(new Date()), Date(), performance.now(),
        new Intl.DateTimeFormat("en", { timeStyle: "full", timeZone: "UTC" }).format(),
        Temporal.Now.instant().toString(), new Date(2000, 0).getTimezoneOffset(), new Date() instanceof Date]`;
    const tool = typescriptTool(runs(body));
    const first = await outcomeOf(tool);
    expect(first).toMatchObject({ kind: "result" });
    expect(await outcomeOf(tool)).toEqual(first);
    expect(JSON.stringify(first)).toContain("2026-01-01T00:00:00Z");
  });
});
