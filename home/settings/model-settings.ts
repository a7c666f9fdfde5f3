/** What a person has laid down of single models, where what the program finds out is not what they want. */
import { z } from "zod";
import { CALL_STYLES } from "#core/model-facts.ts";
import { globMatches } from "#core/policy/glob.ts";

/** What holds of one model; what is absent is found out. */
export interface ModelSettings {
  readonly calls?: (typeof CALL_STYLES)[number] | undefined;
  /** It gets the short prompt. */
  readonly lean?: boolean | undefined;
  /** 0 to 2. */
  readonly temperature?: number | undefined;
  /** How many prompts its server keeps in its cache at once. */
  readonly slots?: number | undefined;
  /** Id of the dialect in which it writes calls; docs/dialects.md. */
  readonly dialect?: string | undefined;
  /** Its answers begin inside a thinking block. */
  readonly thinkOpen?: boolean | undefined;
}

/** As it is written in the file, with the names of the code. */
export const modelSchema: z.ZodType<ModelSettings> = z
  .strictObject({
    calls: z.enum(CALL_STYLES).optional(),
    lean: z.boolean().optional(),
    temperature: z.number().min(0).max(2).optional(),
    slots: z.int().min(1).max(1024).optional(),
    dialect: z.string().min(1).optional(),
    think_open: z.boolean().optional(),
  })
  .transform(({ think_open: thinkOpen, ...settings }) =>
    thinkOpen === undefined ? settings : { ...settings, thinkOpen },
  );

/** By pattern of the name, in the order of the file. */
export type ModelsSettings = Readonly<Record<string, ModelSettings>>;

/** What holds of a model: the entry of its very name, else the first whose pattern fits. */
export function settingsOfModel(models: ModelsSettings, name: string): ModelSettings | undefined {
  if (Object.hasOwn(models, name)) return models[name];
  return Object.entries(models).find(([pattern]) => globMatches(pattern, name))?.[1];
}
