import { constants, open } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { canonicalJson } from "#core/canonical-json.ts";
import { OrgError, reasonOf } from "#core/errors.ts";
import { errnoOf } from "#platform/files.ts";
import { contentHash } from "../contract/content-hash.ts";
import { metadataSchema, type ToolMetadata } from "../contract/metadata.ts";
import { readToolFolder } from "../contract/read-folder.ts";
import { contractSchema, TOOL_NAME } from "../contract/spec.ts";
import type { ToolFolder } from "../contract/tool-folder.ts";
import type { RegisteredTool } from "./registered-tool.ts";

/** The gate writes a few kilobytes. */
const MAX_METADATA_BYTES = 256 * 1024;

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * @param path absolute path of a folder.
 * @param reserved names that generated tools must not have.
 */
export type ReadTool = (path: string, reserved: ReadonlySet<string>) => Promise<RegisteredTool>;

/** Why a folder is not a tool. */
class Refused extends Error {
  override readonly name = "Refused";
}

/**
 * Reads one tool of the registry and compares its bytes with the verified ones. Whatever is wrong with it is
 * in the result.
 *
 * @param path absolute path of its folder.
 * @param reserved names that generated tools must not have.
 */
export async function readRegisteredTool(
  path: string,
  reserved: ReadonlySet<string>,
): Promise<RegisteredTool> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const tool = { name, origin: "generated", description: "" } as const;
  try {
    if (!TOOL_NAME.test(name)) throw new Refused("a tool cannot have this name");
    if (reserved.has(name)) throw new Refused("a built-in tool has this name");
    const metadata = await readMetadata(join(path, "metadata.json"));
    const folder = await readToolFolder(path);
    const { description } = metadata.spec;
    if (contentHash(folder) !== metadata.contentHash) {
      const why = changedFiles(folder, metadata);
      return { ...tool, description, state: "changed", why };
    }
    requireOneContract(folder, metadata);
    const { cases, coverage, mutationScore } = metadata.tests;
    const figures = { cases, coverage, mutationScore };
    return { ...tool, description, state: "ready", figures, verified: { folder, metadata } };
  } catch (error) {
    if (error instanceof Refused) return { ...tool, state: "refused", why: error.message };
    const why = error instanceof OrgError ? (error.why ?? error.message) : reasonOf(error);
    return { ...tool, state: "refused", why };
  }
}

async function readMetadata(path: string): Promise<ToolMetadata> {
  const text = await readSmallFile(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Refused(`metadata.json is not JSON: ${reasonOf(cause)}`, { cause });
  }
  const parsed = metadataSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Refused(`metadata.json: ${issue?.path.join(".") || "it"} is wrong: ${issue?.message}`);
}

async function readSmallFile(path: string): Promise<string> {
  try {
    // A link could lead to what a tool can write; without O_NONBLOCK a FIFO would hold us.
    await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const { size } = await file.stat();
    if (size > MAX_METADATA_BYTES) throw new Refused(`metadata.json has ${size} bytes`);
    return await file.readFile("utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") {
      throw new Refused("it has no metadata.json: it was never judged", { cause: error });
    }
    throw error;
  }
}

/** The hash covers `spec.json` and not `metadata.json`: what models are told must be what was verified. */
function requireOneContract(folder: ToolFolder, { spec }: ToolMetadata): void {
  const own: unknown = JSON.parse(folder.files.get("spec.json") ?? "null");
  const parsed = z.nullable(contractSchema).parse(own);
  if (parsed === null || canonicalJson(parsed) !== canonicalJson(spec)) {
    throw new Refused("the contract in metadata.json is not the one in spec.json");
  }
  if (spec.name !== folder.name) {
    throw new Refused(`its contract is for a tool named "${spec.name.slice(0, 80)}"`);
  }
}

function changedFiles(folder: ToolFolder, { files }: ToolMetadata): string {
  const names = new Set([...Object.keys(files), ...folder.files.keys()]);
  const changed = [...names].filter((name) => {
    const text = folder.files.get(name);
    if (text === undefined) return true;
    return new Bun.CryptoHasher("sha256").update(text).digest("hex") !== files[name];
  });
  return `not what was judged: ${changed.sort().join(", ") || "its files"}`;
}
