import { chunk, DONE, deltas, FIRST, fragment, fragments, open, type Quirk } from "./quirk.ts";

/** How declared calls arrive. */
export const CALL_QUIRKS: readonly Quirk[] = [
  {
    name: "calls share index 0, ids differ",
    who: "Ollama up to 0.20",
    openAiNode: "merges both into one corrupt call",
    aiSdk: "2 calls",
    body: deltas(
      ...fragments(
        [{ id: "a", index: 0 }, "sh", '{"cmd":"ls"}'],
        [{ id: "b", index: 0 }, "sh", '{"cmd":"pwd"}'],
      ),
    ),
    ours: {
      calls: [
        ["sh", { cmd: "ls" }],
        ["sh", { cmd: "pwd" }],
      ],
      end: "stop",
    },
  },
  {
    name: "calls without arguments share index 0, ids differ",
    who: "Ollama up to 0.20",
    body: deltas(
      ...fragments([{ id: "a", index: 0 }, "f", ""], [{ id: "b", index: 0 }, "g", "{}"]),
    ),
    ours: {
      calls: [
        ["f", {}],
        ["g", {}],
      ],
      end: "stop",
    },
  },
  {
    name: "whole calls share index 0 and have no id at all",
    who: "proxies",
    body: deltas(...fragments([{ index: 0 }, "f", '{"a":1}'], [{ index: 0 }, "g", '{"a":2}'])),
    ours: {
      calls: [
        ["f", { a: 1 }],
        ["g", { a: 2 }],
      ],
      end: "stop",
    },
  },
  {
    name: "index missing, ids given",
    who: "Gemini's compatible endpoint, proxies",
    openAiNode: "throws",
    aiSdk: "ok",
    body: deltas(
      ...fragments(
        [{ id: "a" }, "f", '{"a":1}'],
        [{ id: "b" }, "g", '{"a":'],
        [{ id: "b" }, undefined, "2}"],
      ),
    ),
    ours: {
      calls: [
        ["f", { a: 1 }],
        ["g", { a: 2 }],
      ],
      end: "stop",
    },
  },
  {
    name: "index and id missing, in one chunk",
    who: "proxies",
    body: deltas(fragment([{}, "f", ""], [{}, "g", '{"a":2}'])),
    ours: {
      calls: [
        ["f", {}],
        ["g", { a: 2 }],
      ],
      end: "stop",
    },
  },
  {
    name: "index and id missing in continuations",
    who: "proxies",
    body: deltas(...fragments([{}, "f", '{"a"'], [{}, undefined, ":1"], [{}, undefined, "}"])),
    ours: { calls: [["f", { a: 1 }]], end: "stop" },
  },
  {
    name: "id empty in continuations",
    who: "DashScope, GLM",
    openAiNode: "ok",
    aiSdk: "ok",
    body: deltas(
      ...fragments([{ id: "c1", index: 0 }, "f", '{"a"'], [{ id: "", index: 0 }, "", ":1}"]),
    ),
    ours: { calls: [["f", { a: 1 }]], end: "stop" },
  },
  {
    name: "no id anywhere, two calls by index",
    who: "relayed GLM",
    body: deltas(
      ...fragments(
        [{ index: 0 }, "f", '{"a"'],
        [{ index: 1 }, "g", '{"a"'],
        [{ index: 0 }, undefined, ":1}"],
        [{ index: 1 }, undefined, ":2}"],
      ),
    ),
    ours: {
      calls: [
        ["f", { a: 1 }],
        ["g", { a: 2 }],
      ],
      end: "stop",
    },
  },
  {
    name: "a new id with every fragment",
    who: "vLLM up to 0.6",
    body: deltas(
      ...fragments([{ id: "a", index: 0 }, "f", '{"a"'], [{ id: "b", index: 0 }, undefined, ":1}"]),
    ),
    ours: { calls: [["f", { a: 1 }]], end: "stop" },
  },
  {
    name: "id and name repeated in every chunk",
    who: "several",
    openAiNode: "ok",
    aiSdk: "ok",
    body: deltas(...fragments([FIRST, "f", ""], [FIRST, "f", '{"a"'], [FIRST, "f", ":1}"])),
    ours: { calls: [["f", { a: 1 }]], end: "stop" },
  },
  {
    name: "name after the arguments",
    who: "several",
    openAiNode: "ok",
    aiSdk: "ok",
    body: deltas(...fragments([FIRST, undefined, '{"a":1}'], [{ index: 0 }, "f", undefined])),
    ours: { calls: [["f", { a: 1 }]], end: "stop" },
  },
  {
    name: "name in two pieces",
    who: "several",
    openAiNode: "keeps the last piece",
    aiSdk: "2 invalid calls",
    body: deltas(
      ...fragments([FIRST, "w", ""], [{ index: 0 }, "x", ""], [{ index: 0 }, undefined, "{}"]),
    ),
    ours: { calls: [["wx", {}]], end: "stop" },
  },
  {
    name: "empty name behind the first packet",
    who: "LM Studio before 0.3.16",
    body: deltas(...fragments([FIRST, "f", ""], [{ index: 0 }, "", '{"a":1}'])),
    ours: { calls: [["f", { a: 1 }]], end: "stop" },
  },
  {
    name: "arguments are an object",
    who: "several",
    openAiNode: '"[object Object]"',
    aiSdk: "type error",
    body: deltas(...fragments([FIRST, "f", { a: 1 }])),
    ours: { calls: [["f", { a: 1 }]], end: "stop" },
  },
  {
    name: "arguments are null, absent, or JSON in a JSON string",
    who: "several",
    body: deltas(
      ...fragments(
        [{ id: "a", index: 0 }, "f", null],
        [{ id: "b", index: 1 }, "g", undefined],
        [{ id: "c", index: 2 }, "h", JSON.stringify('{"a":1}')],
      ),
    ),
    ours: {
      calls: [
        ["f", {}],
        ["g", {}],
        ["h", { a: 1 }],
      ],
      end: "stop",
    },
  },
  {
    name: "finish reason stop although there are calls, in the same chunk",
    who: "Gemini, OpenVINO model server, mlx",
    openAiNode: "ok",
    aiSdk: "ok",
    body: `${chunk({ choices: [{ delta: fragment([FIRST, "f", "{}"]), finish_reason: "stop" }] })}${DONE}`,
    ours: { calls: [["f", {}]], end: "stop" },
  },
  {
    name: "finish reason tool_calls although there is none",
    who: "several",
    body:
      open({ content: "hi" }) +
      chunk({ choices: [{ delta: {}, finish_reason: "tool_calls" }] }) +
      DONE,
    ours: { text: "hi", end: "stop" },
  },
];
