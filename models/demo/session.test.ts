import { expect, test } from "bun:test";
import { conversationOf } from "./session.ts";

test("instructions and tools do not count, what was said does", () => {
  const said = [{ role: "user", content: "user: hi" }];
  const messages = [{ role: "system", content: "You are agent." }, ...said];
  const content = { model: "m", messages, tools: [{}], options: { temperature: 0 } };
  expect(conversationOf(content)).toEqual({ model: "m", messages: said });
});

test.each([
  ["it waits: promote cand/20261122T074650Z-2", "it waits: promote cand/TIME"],
  ["run forge_1ee5ba988b1e47e", "run forge_RUN"],
  ["✔ oracle 2.7 s, at 52 ms", "✔ oracle TIME s, at TIME ms"],
  ["✔ spec 12.5 s, 94 tokens", "✔ spec TIME s"],
  ["a median of 31 of 12 sizes", "a median of 31 of 12 sizes"],
])("%s: only chance goes", (content, left) => {
  const { messages } = conversationOf({ model: "m", messages: [{ role: "tool", content }] });
  expect(messages).toEqual([{ role: "tool", content: left }]);
});
