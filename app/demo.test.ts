import { expect, test } from "bun:test";
import { readSettings } from "#home/settings/settings.ts";
import { demoSettings, openDemoModel } from "./demo.ts";

test("the demo plays with the plain settings of its home, but in the sandbox that the user chose", () => {
  const plain = readSettings({ flags: new Map(), env: {}, defaultHome: "/nowhere/demo" });
  expect(demoSettings("/nowhere/demo", "http://127.0.0.1:7", { sandbox: "landlock" })).toEqual({
    ...{ ...plain, base: "http://127.0.0.1:7", isBaseExplicit: true, model: "recorded-words" },
    ...{ contextTokens: 32_768, sandbox: "landlock" },
  });
});

test("the model of the demo is a server of this machine", async () => {
  await using model = await openDemoModel(true);
  expect(model.url).toStartWith("http://127.0.0.1:");
});
