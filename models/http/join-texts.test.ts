import { expect, test } from "bun:test";
import type { ProviderEvent } from "../provider.ts";
import { joinTexts } from "./join-texts.ts";

test("neighbours of one kind become one, and nothing changes places", () => {
  const text = (piece: string): ProviderEvent => ({ type: "text", text: piece });
  const thought = (piece: string): ProviderEvent => ({ type: "reasoning", text: piece });
  const end: ProviderEvent = { type: "finish", reason: "stop" };
  expect(
    joinTexts([thought("a"), thought("b"), text("c"), text("d"), thought("e"), text("f"), end]),
  ).toEqual([thought("ab"), text("cd"), thought("e"), text("f"), end]);
});
