import { expect, test } from "bun:test";
import fc from "fast-check";
import { derivedProfile, type Knowledge, sourcedProfile } from "./derive-profile.ts";

interface Row {
  readonly who: string;
  readonly known: Knowledge;
  readonly calls: string | undefined;
  readonly lean: boolean | undefined;
}

const written = (times: number) => ({ declared: 0, written: { "fenced-json": times } });

const ROWS: readonly Row[] = [
  {
    who: "a small model on llama.cpp",
    known: { name: "coder", server: { server: "llama.cpp", billions: 1.777 } },
    calls: "shape",
    lean: true,
  },
  {
    who: "a small model, by its name, on a server that cannot be told apart",
    known: { name: "qwen3:0.6b", server: {} },
    calls: "template",
    lean: true,
  },
  {
    who: "a small model on such a server, which held an answer to a shape",
    known: { name: "qwen3:0.6b", learnt: { declared: 0, written: {}, takesShapes: true } },
    calls: "shape",
    lean: true,
  },
  {
    who: "a small model on llama.cpp that refused a shape",
    known: {
      name: "qwen3:0.6b",
      server: { server: "llama.cpp" },
      learnt: { declared: 0, written: {}, takesShapes: false },
    },
    calls: "template",
    lean: true,
  },
  {
    who: "a model of exactly four billion",
    known: { name: "m", server: { server: "ollama", billions: 4 } },
    calls: "template",
    lean: undefined,
  },
  {
    who: "a model of unknown size on a known server",
    known: { name: "m", server: { server: "ollama" } },
    calls: undefined,
    lean: undefined,
  },
  {
    who: "a model of unknown size that wrote one call into its text",
    known: { name: "m", server: {}, learnt: written(1) },
    calls: undefined,
    lean: undefined,
  },
  {
    who: "a model of unknown size that wrote two calls into its text",
    known: { name: "m", server: {}, learnt: written(2) },
    calls: "text",
    lean: undefined,
  },
  {
    who: "a model of unknown size that wrote two calls, on a server with shapes",
    known: { name: "m", server: { server: "vllm" }, learnt: written(2) },
    calls: "shape",
    lean: undefined,
  },
  {
    who: "a model of unknown size of which one call was declared",
    known: { name: "m", server: {}, learnt: { ...written(9), declared: 1 } },
    calls: "template",
    lean: undefined,
  },
  {
    who: "a large model that wrote calls into its text, which are found there",
    known: { name: "llama3.1:8b", server: { server: "ollama" }, learnt: written(9) },
    calls: "template",
    lean: undefined,
  },
  {
    who: "a small model of which a person said otherwise",
    known: {
      name: "qwen3:0.6b",
      server: { server: "ollama" },
      byHand: { calls: "text", lean: false },
    },
    calls: "text",
    lean: false,
  },
];

for (const { who, known, calls, lean } of ROWS) {
  const prompt = lean === true ? "with the lean prompt" : "with the whole prompt";
  test(`${who} is asked by ${calls ?? "the default"}, ${prompt}`, () => {
    const profile = derivedProfile(known);
    expect([profile.calls, profile.lean]).toEqual([calls as typeof profile.calls, lean]);
  });
}

test("the server's count of weights holds against the size in the name", () => {
  const { billions } = sourcedProfile({ name: "qwen3:8b", server: { billions: 1.5 } });
  expect(billions).toEqual({ value: 1.5, source: "server" });
});

test("the dialect comes from the template, and from the answers where there is none", () => {
  const template = "[TOOL_CALLS]";
  const learnt = written(2);
  expect(sourcedProfile({ name: "m", server: { template }, learnt }).dialect).toEqual({
    value: "mistral",
    source: "template",
  });
  expect(sourcedProfile({ name: "m", learnt }).dialect).toEqual({
    value: "fenced-json",
    source: "answers",
  });
});

test("the table of known models counts where the server and the name tell nothing", () => {
  const table = sourcedProfile({ name: "microsoft/Phi-4-mini-instruct", server: {} });
  expect(table.billions).toEqual({ value: 3.8, source: "table" });
  expect(table.dialect).toEqual({ value: "granite", source: "table" });
  expect(sourcedProfile({ name: "qwen3", server: {} }).billions).toBeUndefined();
  const server = { template: "{{ messages }}", billions: 5 };
  const told = sourcedProfile({ name: "phi4-mini", server });
  expect([told.billions?.source, told.dialect]).toEqual(["server", undefined]);
});

test("a profile holds no part that is not known", () => {
  expect(derivedProfile({ name: "m" })).toEqual({});
  expect(Object.keys(derivedProfile({ name: "m", server: { slots: 3 } }))).toEqual(["slots"]);
});

const knowledge: fc.Arbitrary<Knowledge> = fc.record({
  name: fc.constantFrom("m", "q:1b", "q:3.9b", "q:4b", "q:70b"),
  server: fc.record({
    server: fc.constantFrom(undefined, "llama.cpp", "ollama"),
    billions: fc.constantFrom(undefined, 0.1, 3.99, 4, 400),
  }),
  learnt: fc.record({
    declared: fc.nat(3),
    written: fc.record({ hermes: fc.nat(3) }),
    takesShapes: fc.constantFrom(undefined, true, false),
  }),
});

test("no model is held to a shape where the server is not known to take one", () => {
  fc.assert(
    fc.property(knowledge, (known) => {
      const { calls, takesShapes } = sourcedProfile(known);
      return calls?.value !== "shape" || takesShapes?.value === true;
    }),
  );
});

test("what a person has set holds against all that is known", () => {
  const byHand = {
    calls: "text",
    lean: false,
    slots: 7,
    temperature: 0,
    dialect: "glm",
    thinkOpen: false,
  } as const;
  fc.assert(
    fc.property(knowledge, (known) => {
      expect(derivedProfile({ ...known, byHand })).toMatchObject(byHand);
    }),
  );
});
