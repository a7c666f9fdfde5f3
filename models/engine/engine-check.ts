import type { Check, Finding } from "#core/check.ts";
import { fileSum } from "#platform/verified-file.ts";
import { readEngine } from "./installed.ts";

/** Whether the built-in engine could speak. A user with a model server does not need it. */
export function engineCheck(folder: string): Check {
  const run = async (): Promise<Finding> => {
    const found = await readEngine(folder);
    if (found.state === "missing") {
      return { state: "ok", detail: "not installed; org engine install brings one", remedies: [] };
    }
    if (found.state === "damaged") return damaged(found.why);
    const { model, modelPath } = found.engine;
    if ((await fileSum(modelPath)) !== model.sha256) {
      return damaged(`${modelPath} is not the file that was installed`);
    }
    const limits = model.takesTools ? "" : ", which chats and uses no tools";
    return { state: "ok", detail: `${model.name}${limits}, in ${folder}`, remedies: [] };
  };
  return { name: "engine", run };
}

function damaged(why: string): Finding {
  return { state: "warning", detail: `damaged: ${why}`, remedies: ["org engine install --yes"] };
}
