import { expect, test } from "bun:test";
import { offeredModel } from "./offer.ts";

test("the model that works is offered where the machine has twice its memory, else the one that chats", () => {
  const offered = (gigabytes: number) => offeredModel(undefined, gigabytes * 1e9).choice;
  expect([1, 2, 4, 8, 64].map(offered)).toEqual(["chat", "chat", "chat", "work", "work"]);
});

test("a choice is kept to, whatever the machine has", () => {
  expect(offeredModel("work", 1e9)).toMatchObject({ choice: "work", takesTools: true });
  expect(offeredModel("chat", 64e9)).toMatchObject({ choice: "chat", takesTools: false });
});
