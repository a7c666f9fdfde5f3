import { expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { capturedOutput } from "#test/captured-output.ts";
import {
  type EngineInstall,
  type EngineSource,
  type EngineStatus,
  type EngineStep,
  runEngine,
} from "./engine-command.ts";

const INSTALLED: EngineStatus = {
  ...{ state: "installed", folder: "/data/engine", model: "tiny", takesTools: false },
  processes: [],
};
const SUM = "AB".repeat(32);

interface Given {
  readonly flags?: Readonly<Record<string, string>>;
  readonly status?: EngineStatus;
  readonly steps?: readonly EngineStep[];
  readonly answer?: string;
}

/** @param given.answer what the human types; absent: there is no terminal. */
async function run(operands: readonly string[], given: Given = {}) {
  const { flags = {}, status = INSTALLED, steps = [], answer } = given;
  const asked: string[] = [];
  const installed: EngineInstall[] = [];
  const removed: string[] = [];
  const engine: EngineSource = {
    status: async () => status,
    install: async (what, onStep) => {
      installed.push(what);
      for (const step of steps) onStep(step);
      return what.model?.name ?? "tiny";
    },
    remove: async () => removed.push("engine") > 0,
  };
  const output = capturedOutput();
  const ask = async (question: string) => {
    asked.push(question);
    return answer;
  };
  const code = await runEngine(operands, {
    ...{ engine, output, cleaner: new TextCleaner() },
    flags: new Map(Object.entries(flags)),
    ask: "answer" in given ? ask : undefined,
  }).catch((error: unknown) => error);
  return { code, output, asked, installed, removed };
}

test("the status says what there is, and its exit code whether it can speak", async () => {
  const installed = await run([]);
  expect([installed.code, installed.output.stdout]).toEqual([
    0,
    "tiny: it chats and uses no tools; it does not run now\n/data/engine\n",
  ]);
  const running = await run(["status"], {
    status: { ...INSTALLED, takesTools: true, processes: [7, 8] },
  });
  expect(running.output.stdout).toContain("it may use tools; it runs: 7, 8");
  const missing = await run(["status"], {
    status: { state: "missing", folder: "/data", processes: [] },
  });
  expect([missing.code, missing.output.stdout]).toEqual([
    1,
    "The engine is not installed.\n→ org engine install\n",
  ]);
  const damaged = await run(["status"], {
    status: { state: "damaged", why: "a file is\u001b[31m gone", folder: "/data", processes: [] },
  });
  expect(damaged.output.stdout).toBe(
    "The engine is damaged: a file is gone\n→ org engine install\n",
  );
  const json = await run(["status"], { flags: { json: "" } });
  expect(JSON.parse(json.output.stdout)).toEqual(INSTALLED);
});

test("an installation asks first, and does nothing without a yes", async () => {
  for (const answer of ["", "n", "no", "later", undefined]) {
    const { code, asked, installed, output } = await run(["install"], { answer } as Given);
    expect([code, installed.length, output.stderr]).toEqual([1, 0, "Nothing was changed.\n"]);
    expect(asked[0]).toContain("It chats; it uses no tools. [y/N]");
  }
  const yes = await run(["install"], { answer: " YES " });
  expect([yes.code, yes.installed]).toEqual([0, [{ from: undefined, model: undefined }]]);
});

test("with --yes nobody is asked; without a terminal it is named", async () => {
  const told = await run(["install"], { flags: { yes: "" }, answer: "n" });
  expect([told.code, told.asked, told.installed.length]).toEqual([0, [], 1]);
  for (const action of ["install", "remove"]) {
    const { code, installed, removed } = await run([action]);
    expect(code).toMatchObject({
      code: "INPUT_MISSING",
      remedies: [`org engine ${action} --yes`],
    });
    expect([...installed, ...removed]).toEqual([]);
  }
});

const STEPS: readonly EngineStep[] = [
  { part: "runtime", text: "node-llama-cpp" },
  { part: "model", text: "fetching", bytes: 5, total: 100 },
  { part: "model", text: "fetching", bytes: 9, total: 100 },
  { part: "model", text: "fetching", bytes: 100, total: 100 },
];

test("each step is said once where progress goes, and the result where data goes", async () => {
  const { output } = await run(["install"], { flags: { yes: "" }, steps: STEPS });
  expect(output.stderr).toBe(
    "runtime: node-llama-cpp\nmodel: fetching 0 %\nmodel: fetching 100 %\n",
  );
  expect(output.stdout).toBe("✔ the engine is in /data/engine, with tiny\n");
  const json = await run(["install"], { flags: { yes: "", json: "" }, steps: STEPS });
  const lines = json.output.stdout.trim().split("\n");
  expect(lines.map((line) => JSON.parse(line).type)).toEqual([
    ...["progress", "progress", "progress", "done"],
  ]);
});

test("another model needs a place and a sum, and is named after its file", async () => {
  const { installed } = await run(["install"], {
    flags: { yes: "", from: "https://host/dir/Big-Model.Q4.gguf?x=1", sha256: SUM, tools: "" },
  });
  expect(installed).toEqual([
    {
      from: "https://host/dir/Big-Model.Q4.gguf?x=1",
      model: { name: "Big-Model.Q4", sha256: SUM.toLowerCase(), takesTools: true },
    },
  ]);
  const named = await run(["install"], {
    flags: { yes: "", from: "/a file", sha256: SUM, name: "mine" },
  });
  expect(named.installed[0]?.model).toMatchObject({ name: "mine", takesTools: false });
});

test("what makes no sense is refused before anything is done", async () => {
  const senseless: readonly [readonly string[], Readonly<Record<string, string>>][] = [
    [["instal"], {}],
    [["status"], { from: "x" }],
    [["remove"], { yes: "", tools: "" }],
    [["install"], { yes: "", sha256: SUM }],
    [["install"], { yes: "", from: "x", sha256: "12" }],
    [["install"], { yes: "", from: "x", name: "y" }],
    [["install"], { yes: "", from: "x", sha256: SUM, name: "a b\u0007" }],
  ];
  for (const [operands, flags] of senseless) {
    const { code, installed, removed } = await run(operands, { flags });
    expect(code).toMatchObject({ code: "USAGE", left: "Nothing was changed." });
    expect([...installed, ...removed]).toEqual([]);
  }
  expect((await run(["instal"])).code).toMatchObject({
    remedies: ["org engine install", "org help engine"],
  });
});

test("removing asks, too, and says where", async () => {
  const no = await run(["remove"], { answer: "n" });
  expect([no.code, no.removed, no.asked]).toEqual([
    ...[1, [], ["Remove the engine from /data/engine? [y/N] "]],
  ]);
  const yes = await run(["remove"], { answer: "y" });
  expect([yes.code, yes.removed, yes.output.stdout]).toEqual([
    ...[0, ["engine"], "✔ the engine is removed\n"],
  ]);
  const json = await run(["remove"], { flags: { yes: "", json: "" } });
  expect(json.output.stdout).toBe('{"removed":true}\n');
});
