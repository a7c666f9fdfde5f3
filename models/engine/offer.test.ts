import { expect, test } from "bun:test";
import { recommendedModel } from "./offer.ts";

test("the model that works is offered where the machine has twice its memory, else the one that chats", () => {
  const offered = (gigabytes: number) => recommendedModel(undefined, gigabytes * 1e9).choice;
  expect([1, 2, 4, 8, 64].map(offered)).toEqual(["chat", "chat", "chat", "work", "work"]);
});

test("a choice is kept to, whatever the machine has", () => {
  expect(recommendedModel("work", 1e9)).toMatchObject({ choice: "work", takesTools: true });
  expect(recommendedModel("chat", 64e9)).toMatchObject({ choice: "chat", takesTools: false });
});
