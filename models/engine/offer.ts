/** Which of the two models fits a machine. */
import { CHAT_MODEL, type ModelChoice, type PartsModel, type WheelModel } from "./catalogue.ts";
import { WORK_MODEL } from "./work-model.ts";

const CATALOGUE: Readonly<Record<ModelChoice, WheelModel | PartsModel>> = {
  chat: CHAT_MODEL,
  work: WORK_MODEL,
};

/** What else runs on the machine needs as much as the model. */
const MEMORY_FACTOR = 2;

/**
 * The model that an installation installs by default.
 *
 * @param chosen what a person has chosen; absent: the one that works, where the memory allows it.
 * @param memoryBytes of the whole machine, or of the container.
 */
export function recommendedModel(
  chosen: ModelChoice | undefined,
  memoryBytes: number,
): WheelModel | PartsModel {
  const fits = memoryBytes >= MEMORY_FACTOR * WORK_MODEL.memoryBytes;
  return CATALOGUE[chosen ?? (fits ? "work" : "chat")];
}
