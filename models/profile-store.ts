import { z } from "zod";
import type { ModelProfile } from "#models/extract/extractor.ts";
import { profileOf } from "#models/model-profile.ts";
import type { Provider } from "#models/provider.ts";
import { writeFileAtomically } from "#platform/files.ts";

const storedSchema = z.record(
  z.string(),
  z.object({ thinkOpen: z.boolean().exactOptional(), dialect: z.string().exactOptional() }),
);

/**
 * Learns how each model writes, once: from the server's chat template, then from a file.
 *
 * @param path where to keep it. A file that is missing or unreadable is only a reason to ask again.
 * @returns a function of the model's name that does not reject.
 */
export function profileLearner(
  provider: Provider,
  path: string,
): (model: string, signal: AbortSignal) => Promise<ModelProfile> {
  const learnt = new Map<string, Promise<ModelProfile | undefined>>();
  return (model, signal) => {
    const key = `${provider.endpoint} ${model}`;
    const known = learnt.get(key) ?? learn({ provider, path, key, model }, signal);
    learnt.set(key, known);
    return known.then((profile) => {
      // A server that is only starting, or was not waited for, may tell the next time.
      if (profile === undefined) learnt.delete(key);
      return profile ?? {};
    });
  };
}

interface Lesson {
  readonly provider: Provider;
  readonly path: string;
  readonly key: string;
  readonly model: string;
}

/** @returns `undefined` when the server does not tell. */
async function learn(lesson: Lesson, signal: AbortSignal): Promise<ModelProfile | undefined> {
  const { provider, path, key, model } = lesson;
  const stored = await read(path);
  const before = stored[key];
  if (before !== undefined) return before;
  const template = await provider.chatTemplate?.(model, signal);
  if (template === undefined) return undefined;
  const profile = profileOf(template);
  const text = `${JSON.stringify({ ...(await read(path)), [key]: profile }, null, 2)}\n`;
  // What cannot be kept is learnt again the next time.
  await writeFileAtomically(path, text).catch(() => undefined);
  return profile;
}

async function read(path: string): Promise<Readonly<Record<string, ModelProfile>>> {
  try {
    return storedSchema.parse(await Bun.file(path).json());
  } catch {
    return {};
  }
}
