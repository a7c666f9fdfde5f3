import type { Check, Finding } from "#core/check.ts";
import { fileSum } from "#platform/verified-file.ts";
import { EMBEDDING_MODEL } from "./catalogue.ts";
import { readEmbeddings, readEngine } from "./installed.ts";

/** Whether the built-in engine could speak. A user with a model server does not need it. */
export function engineCheck(folder: string): Check {
  const run = async (): Promise<Finding> => {
    const found = await readEngine(folder);
    if (found.state === "missing") {
      return { state: "ok", detail: "not installed; org engine install brings one", remedies: [] };
    }
    if (found.state === "damaged") return damaged(found.why, INSTALL);
    const { model, modelPath } = found.engine;
    if ((await fileSum(modelPath)) !== model.sha256) return damaged(otherFile(modelPath), INSTALL);
    const limits = model.takesTools ? "" : ", which chats and uses no tools";
    return { state: "ok", detail: `${model.name}${limits}, in ${folder}`, remedies: [] };
  };
  return { name: "engine", run };
}

/** Whether notes and tools can be found by other terms than their own. */
export function embeddingsCheck(folder: string): Check {
  const { name, sha256 } = EMBEDDING_MODEL;
  const run = async (): Promise<Finding> => {
    const found = await readEmbeddings(folder);
    if (found.state === "missing") {
      const detail = `by a table of words; ${WITH_EMBEDDINGS} brings ${name}`;
      return { state: "ok", detail, remedies: [] };
    }
    if (found.state === "damaged") return damaged(found.why, WITH_EMBEDDINGS);
    const { modelPath } = found.engine;
    if ((await fileSum(modelPath)) !== sha256)
      return damaged(otherFile(modelPath), WITH_EMBEDDINGS);
    return { state: "ok", detail: `by ${name}, in ${folder}`, remedies: [] };
  };
  return { name: "embeddings", run };
}

const INSTALL = "org engine install";
const WITH_EMBEDDINGS = `${INSTALL} --embeddings`;

function otherFile(path: string): string {
  return `${path} is not the file that was installed`;
}

function damaged(why: string, install: string): Finding {
  return { state: "warning", detail: `damaged: ${why}`, remedies: [`${install} --yes`] };
}
