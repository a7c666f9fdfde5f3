import { expect, test } from "bun:test";
import { type ModelsSettings, modelSchema, settingsOfModel } from "./model-settings.ts";

const models: ModelsSettings = {
  "qwen*": { calls: "shape" },
  "qwen3:8b": modelSchema.parse({ lean: true, think_open: true }),
  "*": { temperature: 0.5 },
};

test("the entry of a model's very name holds, wherever it stands", () => {
  expect(settingsOfModel(models, "qwen3:8b")).toEqual({ lean: true, thinkOpen: true });
});

test("else the first entry whose pattern fits the name holds", () => {
  expect(settingsOfModel(models, "qwen2.5:7b")).toEqual({ calls: "shape" });
  expect(settingsOfModel(models, "phi4")).toEqual({ temperature: 0.5 });
});

test("a model that no entry fits has no settings, however it is called", () => {
  const { "qwen*": some = {} } = models;
  expect(settingsOfModel({ "qwen*": some }, "phi4")).toBeUndefined();
  expect(settingsOfModel({}, "constructor")).toBeUndefined();
});
